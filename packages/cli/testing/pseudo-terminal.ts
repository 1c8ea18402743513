import pty from '@lydell/node-pty';
import headless from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { cleanEnv, program } from './outcrop.ts';

/** A terminal with `outcrop` in it. */
export type PseudoTerminal = {
  /** Types. */
  type(text: string): void;
  /** What a person sees, without the empty lines below. */
  screen(): string;
  /** Resolves when that stands on the screen; rejects if the process ends before. */
  until(expected: string | RegExp): Promise<void>;
  /** Every byte that came. */
  raw(): string;
  exited: Promise<number>;
};

const rows = 24;

/** Starts `outcrop` in a terminal of 80 by 24. */
export function openTerminal(
  args: readonly string[],
  { cwd, env, columns = 80 }: { cwd: string; env?: Record<string, string>; columns?: number },
): PseudoTerminal {
  const [command, ...rest] = program;
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  const process = pty.spawn(command, [...rest, ...args], {
    cols: columns,
    rows,
    cwd,
    env: cleanEnv({ TERM: 'xterm-256color', ...env }),
  });
  const exited = Promise.withResolvers<number>();
  let raw = '';
  let waiting: { check: () => boolean; resolve: () => void; reject: (error: Error) => void } | undefined;
  let isOver = false;

  function look(): string {
    const { active } = screen.buffer;
    const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  function settle(): void {
    if (waiting?.check()) {
      waiting.resolve();
      waiting = undefined;
    }
  }

  process.onData((data) => {
    raw += data;
    screen.write(data, settle);
  });
  process.onExit(({ exitCode }) => {
    isOver = true;
    // Behind all that is still to be drawn.
    screen.write('', () => {
      settle();
      waiting?.reject(new Error(`outcrop has ended:\n${look()}`));
      exited.resolve(exitCode);
    });
  });
  onTestFinished(() => {
    if (!isOver) process.kill('SIGKILL');
    screen.dispose();
  });

  return {
    type: (text) => process.write(text),
    screen: look,
    raw: () => raw,
    exited: exited.promise,
    until: (expected) =>
      new Promise((resolve, reject) => {
        const check = () => (typeof expected === 'string' ? look().includes(expected) : expected.test(look()));
        waiting = { check, resolve, reject };
        settle();
      }),
  };
}
