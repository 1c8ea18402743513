import { writeFileSync } from 'node:fs';
import { listIn } from '../arguments.ts';
import { WrongUse } from '../failure.ts';
import { dollars, wholeNumber } from '../figures.ts';
import type { Terminal } from '../terminal.ts';
import type { Conversation } from './conversation.ts';
import { transcriptOf } from './transcript.ts';

type Context = { conversation: Conversation; rest: string; say: (text: string) => void; end: () => void };
type SlashCommand = { usage: string; about: string; run(context: Context): void | Promise<void> };

const commands: Record<string, SlashCommand> = {
  model: {
    usage: '/model [names]',
    about: 'says which models are asked, or asks others from now on',
    async run({ conversation, rest, say }) {
      if (rest !== '') await conversation.use(listIn(rest));
      say(conversation.models.join(', '));
    },
  },
  cost: {
    usage: '/cost',
    about: 'says what the conversation came to until now',
    run({ conversation: { spent }, say }) {
      const { usage, usd, isPriced } = spent;
      const money = isPriced ? dollars(usd) : `${dollars(usd)}, as far as prices are known`;
      say(`${wholeNumber(usage.inputTokens)} tokens in, ${wholeNumber(usage.outputTokens)} out: ${money}`);
    },
  },
  save: {
    usage: '/save [file]',
    about: 'writes the conversation to a file: .json as messages, else as Markdown',
    run({ conversation, rest, say }) {
      const file = rest || `chat-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.md`;
      write(file, transcriptOf(conversation.messages, file.endsWith('.json') ? 'json' : 'markdown'));
      say(`Saved as ${file}`);
    },
  },
  help: {
    usage: '/help',
    about: 'shows this',
    run({ say }) {
      for (const { usage, about } of Object.values(commands)) say(`${usage.padEnd(16)}${about}`);
      say('A \\ at the end of a line goes on in the next one, and so does a paste. Ctrl-C stops an answer.');
    },
  },
  exit: { usage: '/exit', about: 'ends the conversation, as Ctrl-D does', run: ({ end }) => end() },
};

/** Whether it is a word to this program: `/tmp/rocks.txt has …` is not. */
export function isCommand(text: string): boolean {
  return /^\/[a-z]+(\s|$)/.test(text);
}

/** Does what the line says, and whether the conversation goes on. Throws {@link WrongUse} if that can't be done. */
export async function runCommand(text: string, conversation: Conversation, { err }: Terminal): Promise<boolean> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new WrongUse(`There is no /${name}: /help says what there is.`);
  let goesOn = true;
  await command.run({
    conversation,
    rest,
    say: (line) => err.write(`${err.style('dim', line)}\n`),
    end: () => {
      goesOn = false;
    },
  });
  return goesOn;
}

/** Never over a file that is there. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WrongUse(
      code === 'EEXIST' ? `${file} is there already: give another name.` : `${file} cannot be written (${code}).`,
    );
  }
}
