import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createEmulator, type EmulatedCall } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const program = ['--conditions=@outcrop/source', join(import.meta.dirname, 'bulk-run.ts')];
const count = 2_000;
const concurrency = 32;
const kills = Number(process.env['KILLS'] ?? 20);
const killsARun = 20;

/** The emulator, with a count of who was asked how often, and something to do at each call. */
async function startBedrock() {
  const asked = new Map<string, number>();
  const bedrock = { asked, calls: 0, onCall: () => {} };
  const emulator = await createEmulator({
    respond({ request }: EmulatedCall) {
      const id = request.messages?.[0]?.content[0]?.text ?? '';
      asked.set(id, (asked.get(id) ?? 0) + 1);
      bedrock.calls++;
      bedrock.onCall();
      return `Answer to ${id}`;
    },
  });
  onTestFinished(emulator.close);
  return Object.assign(bedrock, { url: emulator.url });
}

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function start(...args: (string | number)[]): ChildProcess {
  const child = spawn(process.execPath, [...program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (stdout === null) throw new Error('There is a pipe.');
  return createInterface(stdout)[Symbol.asyncIterator]();
}

function journaled(path: string): Set<string> {
  const whole = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  return new Set(whole.map((line) => JSON.parse(line.slice(9)).id));
}

/** What the dead process had sent may still be on its way through our own event loop. */
async function callsAreIn(bedrock: { calls: number }): Promise<void> {
  for (let quiet = 0, calls = -1; quiet < 50; quiet = calls === bedrock.calls ? quiet + 1 : 0) {
    calls = bedrock.calls;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// A small generator of our own, so that a failure can be seen again.
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test.each(Array.from({ length: Math.ceil(kills / killsARun) }, (_, index) => index + 1))(
  'a run that is killed again and again ends with one outcome for each request (seed %i)',
  { timeout: 600_000 },
  async (seed) => {
    const roll = createDice(seed);
    const bedrock = await startBedrock();
    const path = join(folderForTest(), 'answers.journal');
    const lostIn = new Map<string, number>();

    for (let kill = 0; kill < killsARun; kill++) {
      const child = start(bedrock.url, path, count, concurrency);
      const opening = linesOf(child).next();
      if (roll(4) === 0) {
        // While it takes up what the last one left.
        await opening;
      } else {
        const killAt = bedrock.calls + 1 + roll(150);
        const { promise, resolve } = Promise.withResolvers<void>();
        bedrock.onCall = () => bedrock.calls >= killAt && resolve();
        await Promise.race([promise, once(child, 'exit')]);
      }
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      bedrock.onCall = () => {};
      await callsAreIn(bedrock);
      const known = statSync(path, { throwIfNoEntry: false }) ? journaled(path) : new Set<string>();
      const lost = [...bedrock.asked.keys()].filter((id) => !known.has(id));
      expect(lost.length).toBeLessThanOrEqual(concurrency);
      for (const id of lost) lostIn.set(id, bedrock.asked.get(id) ?? 0);
    }

    const child = start(bedrock.url, path, count, concurrency);
    const lines = linesOf(child);
    await lines.next();
    const outcomes = JSON.parse((await lines.next()).value) as string[];
    expect(outcomes.toSorted()).toEqual(Array.from({ length: count }, (_, at) => `id-${at + 1} ok`).toSorted());
    expect(journaled(path).size).toBe(count);
    const askedOften = [...bedrock.asked].filter(([id, times]) => times !== 1 + (lostIn.get(id) ?? 0));
    expect(askedOften).toEqual([]);
  },
);

test('a second run with the same journal is refused, and the first one is none the worse', async () => {
  const bedrock = await startBedrock();
  const path = join(folderForTest(), 'answers.journal');
  const { promise: called, resolve } = Promise.withResolvers<void>();
  bedrock.onCall = resolve;
  const first = start(bedrock.url, path, count, concurrency);
  const lines = linesOf(first);
  await called;
  const second = linesOf(start(bedrock.url, path, count, concurrency));
  await second.next();
  expect((await second.next()).value).toBe('locked');
  await lines.next();
  expect(JSON.parse((await lines.next()).value)).toHaveLength(count);
});

test('a disk that takes no more ends the run with that, and what it took is used when there is room', async () => {
  const bedrock = await startBedrock();
  const path = join(folderForTest(), 'answers.journal');
  const args = [...program, bedrock.url, path, String(count), String(concurrency)];
  // 64 blocks of 1,024 bytes, and an error instead of a signal.
  const child = spawn('bash', ['-c', 'trap "" XFSZ; ulimit -f 64; exec "$0" "$@"', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = linesOf(child);
  await lines.next();
  expect((await lines.next()).value).toBe('write_failed');
  const kept = journaled(path).size;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(count);
  const calls = bedrock.calls;
  const rest = linesOf(start(bedrock.url, path, count, concurrency));
  await rest.next();
  expect(JSON.parse((await rest.next()).value)).toHaveLength(count);
  expect(bedrock.calls - calls).toBe(count - kept);
});
