import { Command, Option } from 'commander';
import { addList, addOne, positiveInteger } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** All commands. Each is loaded when it is asked for. `end` takes the code to exit with. */
export function createProgram(terminal: Terminal, end: (code: number) => void): Command {
  const { out, err } = terminal;
  const program = new Command('outcrop')
    .description('Large language models on Amazon Bedrock, from the command line.')
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: out.write,
      writeErr: err.write,
      getOutHasColors: () => out.isTerminal,
      outputError: (text) =>
        err.write(
          `outcrop: ${text
            .replace(/^error: /, '')
            .trim()
            .replace(/\s*\n\s*/g, ' ')}\n`,
        ),
    })
    .configureHelp({ styleTitle: (title) => out.style('bold', title) })
    .helpCommand(false)
    .action(() => program.help());

  const command = (words: string) => program.command(words).helpOption('-h, --help', 'shows this');

  sending(command('chat'))
    .description('Asks a model: once with a text, or line by line in a conversation.')
    .argument('[text]', 'the question; what is piped in stands below it')
    .addOption(new Option('-f, --file <path>', 'attaches a picture, a document, a video or a sound').argParser(addOne))
    .option('-s, --system <text>', 'the system prompt')
    .addOption(maxTokens())
    .option('--json', 'prints the whole reply as JSON')
    .addHelpText(
      'after',
      examples(
        'outcrop chat "Which rock is granite?" --emulator',
        'outcrop chat --aws --model "Claude Haiku 4.5" --region us-east-1,us-west-2',
        'outcrop chat "What do these show?" --aws --file chart.png --file table.xlsx',
        'cat report.md | outcrop chat "Summarise" --aws',
      ),
    )
    .action(async (text, options) => end(await (await import('./chat/chat.ts')).chat(text, options, terminal)));

  return program;
}

/** What every command has that sends something. */
function sending(command: Command): Command {
  return command
    .option('--aws', 'sends to AWS, which costs money')
    .option('--emulator', 'sends to an emulator inside this command')
    .addOption(new Option('-m, --model <names>', 'models by name or id, the preferred one first').argParser(addList))
    .addOption(new Option('-r, --region <names>', 'regions, the preferred one first').argParser(addList))
    .addOption(new Option('--residency <areas>', 'where data may be, such as eu').argParser(addList));
}

function maxTokens(): Option {
  return new Option('--max-tokens <number>', 'the most that an answer may have').argParser(positiveInteger);
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
