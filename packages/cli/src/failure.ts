import {
  type ConverseError,
  isConfigurationError,
  isConverseError,
  isJournalError,
  isMessageBuilderError,
} from '@outcrop/bedrock';
import { isCatalogError } from '@outcrop/model-catalog';
import { printable } from './terminal.ts';

/** What the user of the command has to mend. It ends the command with code 2. */
export class WrongUse extends Error {}

/** The work could not be done, and this says why. It ends the command with code 1. */
export class FailedWork extends Error {}

/** The user stopped it: what a shell expects of a command that was interrupted. */
export class Interrupted extends Error {
  override readonly message = 'stopped.';
}

/** What is said about an error, in one line, and the code to exit with. */
export function failureOf(error: unknown): { line: string; code: number } {
  return { line: oneLine(messageOf(error)), code: codeOf(error) };
}

/** A message without line breaks, and without what would command a terminal. */
export function oneLine(message: string): string {
  return printable(message)
    .replace(/\s*\n\s*(- )?/g, ' ')
    .trim();
}

function codeOf(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  const isWrongUse = error instanceof WrongUse || isConfigurationError(error) || isCatalogError(error);
  return isWrongUse || isMessageBuilderError(error) || (isJournalError(error) && error.code === 'no_journal') ? 2 : 1;
}

const advice: Partial<Record<ConverseError['code'], string>> = {
  credentials: ': outcrop doctor --aws says what to do.',
  access_denied: ': outcrop doctor --aws says what to do.',
};

function messageOf(error: unknown): string {
  if (isConverseError(error)) return `${error.message} (${error.code})${advice[error.code] ?? ''}`;
  // Where in the options it was says nothing to who typed a command.
  if (isConfigurationError(error)) return error.problems.map(({ message }) => message).join(' ');
  if (isMessageBuilderError(error)) return error.problems.map(({ message }) => message).join(' ');
  return error instanceof Error ? error.message : String(error);
}
