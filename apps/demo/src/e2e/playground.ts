import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { everythingWorks, type Switches } from '../server/switches.ts';

/** The playground as a process of its own, as `npm run demo` starts it. */
export type Playground = AsyncDisposable & {
  url: string;
  /** Kills it without a word, and starts it again at the same place. */
  killAndRestart(): Promise<void>;
  /** Everything works, but for what is given. */
  setSwitches(patch?: Partial<Switches>): Promise<void>;
};

const main = join(import.meta.dirname, '..', 'main.ts');

export async function startPlayground(): Promise<Playground> {
  const data = await mkdtemp(join(tmpdir(), 'outcrop-playground-'));
  let { child, url } = await launch('0');

  async function launch(port: string): Promise<{ child: ChildProcess; url: string }> {
    const args = ['--conditions=@outcrop/source', main, '--no-open', '--port', port, '--data', data];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      const [, found] = /The playground is at (\S+)/.exec(line) ?? [];
      if (found) return { child, url: found };
    }
    throw new Error('The playground ended before it began.');
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  return {
    get url() {
      return url;
    },
    async killAndRestart() {
      await kill();
      ({ child, url } = await launch(new URL(url).port));
    },
    async setSwitches(patch = {}) {
      const body = JSON.stringify({ ...everythingWorks, ...patch });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/api/switches`, { method: 'PUT', body, headers });
      if (!response.ok) throw new Error(await response.text());
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(data, { recursive: true });
    },
  };
}
