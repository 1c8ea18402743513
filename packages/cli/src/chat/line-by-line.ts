import { createInterface } from 'node:readline';
import { failureOf, Interrupted } from '../failure.ts';
import { takeInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { showAnswer } from './answer.ts';
import type { Conversation } from './conversation.ts';
import { createDraft } from './draft.ts';
import { questionOf } from './question.ts';
import { isCommand, runCommand } from './slash-commands.ts';

/** Holds a conversation with a person, until that person ends it. */
export async function converseWith(
  conversation: Conversation,
  { files }: { files: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const { err } = terminal;
  const history: string[] = [];
  let attached = files;
  err.write(
    `${err.style('dim', `${conversation.models.join(', ')}. A \\ at the end of a line goes on; /help says more.`)}\n`,
  );
  for (;;) {
    const text = await readQuestion(history, terminal);
    if (text === undefined) return 0;
    try {
      if (isCommand(text)) {
        if (await runCommand(text, conversation, terminal)) continue;
        return 0;
      }
      const question = await questionOf(text, undefined, attached);
      using interrupt = takeInterrupts();
      await showAnswer(conversation, question, interrupt.ending, terminal);
      attached = [];
      err.write('\n');
    } catch (error) {
      // One answer that does not come is no end of a conversation.
      const said =
        error instanceof Interrupted ? 'Stopped. The question is not part of the conversation.' : failureOf(error).line;
      err.write(`${err.style(error instanceof Interrupted ? 'dim' : 'red', said)}\n`);
    }
  }
}

// Terminals that know it tell a paste from typing, so that its line breaks send nothing.
const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/**
 * One question of one or more lines; `undefined` when there are no more. It takes the keyboard only while it waits, so
 * that Ctrl-C reaches an answer that is on its way.
 */
function readQuestion(history: string[], { out }: Terminal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const draft = createDraft();
  const prompt = (mark: string) => out.style('cyan', mark);
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: [...history],
    prompt: prompt('› '),
  });

  function onKey(_: unknown, key: { name?: string | undefined } | undefined): void {
    if (key?.name === 'paste-start') draft.startPaste();
    if (key?.name === 'paste-end') draft.endPaste();
  }

  function end(question: string | undefined): void {
    // First of all, because closing is an end too.
    resolve(question);
    process.stdin.off('keypress', onKey);
    if (out.isDrawable) out.write(markPastes.off);
    lines.close();
  }

  lines.on('line', (line) => {
    const question = draft.add(line);
    lines.setPrompt(prompt(question === undefined ? '… ' : '› '));
    if (question === undefined || question.trim() === '') lines.prompt();
    else {
      history.unshift(...question.split('\n').reverse());
      end(question);
    }
  });
  lines.on('SIGINT', () => {
    // At an empty line there is nothing else that it could mean.
    if (lines.line === '' && draft.isEmpty()) {
      out.write('\n');
      end(undefined);
      return;
    }
    draft.clear();
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    lines.setPrompt(prompt('› '));
    out.write('\n');
    lines.prompt();
  });
  lines.once('close', () => end(undefined));
  process.stdin.on('keypress', onKey);
  if (out.isDrawable) out.write(markPastes.on);
  lines.prompt();
  return promise;
}
