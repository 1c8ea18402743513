import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** Gives a text a look, where there are looks. */
export type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

/** One of the two streams that a person or a program reads. */
export type Screen = {
  readonly stream: NodeJS.WritableStream;
  readonly isTerminal: boolean;
  /** Whether what stands there can be drawn anew. */
  readonly isDrawable: boolean;
  readonly style: Style;
  /** How many columns there are, now; where there is no terminal, as many as are easily read. */
  columns(): number;
  write(text: string): void;
};

/** What was asked for goes to `out`, everything about it to `err`. */
export type Terminal = { out: Screen; err: Screen };

export const plain: Style = (_, text) => text;

const coloured: Style = (format, text) => styleText(format, text, { validateStream: false });

export function createTerminal(): Terminal {
  // Who reads no further has seen enough: `outcrop models | head -1` is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return { out: createScreen(process.stdout), err: createScreen(process.stderr) };
}

function createScreen(stream: NodeJS.WriteStream & Partial<Pick<WriteStream, 'hasColors'>>): Screen {
  const isTerminal = stream.isTTY === true;
  return {
    stream,
    isTerminal,
    style: isTerminal && stream.hasColors() ? coloured : plain,
    isDrawable: isTerminal && process.env['TERM'] !== 'dumb',
    columns: () => stream.columns || 100,
    write: (text) => void stream.write(text),
  };
}

/** Text from elsewhere, without what would command the terminal: it may only be read. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
