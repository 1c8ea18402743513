import { spawnSync } from 'node:child_process';

/** Runs a command, gives what it printed, and throws all that it said if it fails. */
export function run(cwd: string, [command = '', ...args]: string[], env: Record<string, string> = {}): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { TURBO_TELEMETRY_DISABLED: '1', ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
    shell: process.platform === 'win32',
  });
  if (status === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')}\n${error?.message ?? stdout + stderr}`.trim());
}

/** Runs a command that speaks for itself, and throws if it fails. */
export function runAloud(cwd: string, [command = '', ...args]: string[]): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(error?.message ?? `${[command, ...args].join(' ')} ended with ${status}.`);
}

/** Says what is done, does it, and says how long it took. A failure is told, and the program goes on to fail at its end. */
export function step(what: string, take: () => void | Promise<void>): Promise<void> {
  console.log(`\n${what} …`);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  return Promise.resolve()
    .then(take)
    .then(() => console.log(`passed after ${seconds()} s`))
    .catch((error: Error) => {
      console.error(`Failed after ${seconds()} s: ${what}.\n${error.message}`);
      process.exitCode = 1;
    });
}
