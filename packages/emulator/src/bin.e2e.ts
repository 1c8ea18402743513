import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

const command = ['--conditions=@outcrop/source', join(import.meta.dirname, 'bin.ts')];

test.each([
  [['--port', 'granite'], "outcrop-emulator: --port has to be a number from 0 to 65535, and it is 'granite'.\n"],
  [['--port', '65536'], "outcrop-emulator: --port has to be a number from 0 to 65535, and it is '65536'.\n"],
  [['--prot', '1'], expect.stringMatching(/^outcrop-emulator: Unknown option '--prot'.*\n$/)],
])('refuses %j in one line', async (args, line) => {
  expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: line });
});

test('says in one line that the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await run(['--port', String(port)])).toEqual({
    code: 2,
    stdout: '',
    stderr: `outcrop-emulator: port ${port} of 127.0.0.1 is taken: choose another one with --port.\n`,
  });
  server.close();
});

test('serves until it is interrupted', async () => {
  const child: ChildProcess = spawn(process.execPath, [...command, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('There is a pipe.');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = /http:\S+/.exec(line)?.[0];
  const { status } = await fetch(`${url}/model/amazon.nova-lite-v1%3A0/converse`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] }),
  });
  expect(status).toBe(200);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

function run(args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}
