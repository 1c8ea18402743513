import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Outcome, textOf } from '@outcrop/bedrock';
import { parseExactly } from '@outcrop/converse';
import { FailedWork, WrongUse } from '../failure.ts';

/** The file of answers. */
export type Answers = {
  add(outcome: Outcome): void;
  /** Puts the file in its place, whole. */
  publish(): void;
  /** Leaves the file of an earlier run as it is. */
  discard(): void;
};

/**
 * Writes beside the file, and puts it in its place when all is in it: whoever reads it, and whenever the process is
 * killed, it is a whole one. The answers of an earlier run are in its journal, and come again.
 */
export function openAnswers(path: string, { asObjects }: { asObjects: boolean }): Answers {
  const part = `${path}.part`;
  const file = attempt(part, () => openSync(part, 'w'));
  let buffered = '';

  function flush(): void {
    const bytes = Buffer.from(buffered);
    buffered = '';
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  }

  return {
    add(outcome) {
      const line = answerOf(outcome, asObjects);
      if (line === undefined) return;
      buffered += `${JSON.stringify(line)}\n`;
      if (buffered.length > 1 << 16) attempt(part, flush);
    },
    publish() {
      attempt(path, () => {
        flush();
        fsyncSync(file);
        closeSync(file);
        renameSync(part, path);
      });
    },
    discard() {
      closeSync(file);
      rmSync(part, { force: true });
    },
  };
}

/** Keeps a run from writing where it can't, over what is not its own, or into its own input. */
export function checkPaths(input: string, out: string, journal: string): void {
  if (out === '-') throw new WrongUse('--out has to be a file: the journal stands beside it.');
  const folder = dirname(resolve(out));
  if (!existsSync(folder)) throw new WrongUse(`there is no folder ${dirname(out)} for ${out}.`);
  if (resolve(input) === folder)
    throw new WrongUse(`${out} would be one of the prompts: give an --out outside of ${input}.`);
  if (existsSync(out) && !existsSync(journal)) {
    throw new WrongUse(`${out} is there already, and has no journal beside it: give another --out, or remove it.`);
  }
}

/** One line of the file; nothing for what has no end yet and is asked again by the next run. */
function answerOf(outcome: Outcome, asObject: boolean): object | undefined {
  const { id } = outcome;
  if (outcome.type === 'ok') {
    const { reply } = outcome;
    const text = textOf(reply);
    const { servedBy, stopReason, usage, cost } = reply;
    const answer = asObject ? { object: parseExactly(text).value } : { text };
    return { id, ...answer, model: servedBy?.model, region: servedBy?.region, stopReason, usage, cost };
  }
  if (!('error' in outcome)) return undefined;
  const { code, message } = outcome.error;
  return { id, error: { code, message } };
}

function attempt<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FailedWork(
      `${path} cannot be written (${code}). The journal has the answers: mend that, and run it again.`,
    );
  }
}
