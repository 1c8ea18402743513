import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Runs one command line, and gives the code to exit with: 0, 1 for work that failed, 2 for a wrong use. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = createTerminal();
  let code = 0;
  try {
    const program = createProgram(terminal, (ended) => {
      code = ended;
    });
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    // It has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { failureOf } = await import('./failure.ts');
    const failure = failureOf(error);
    terminal.err.write(`outcrop: ${failure.line}\n`);
    return failure.code;
  }
}
