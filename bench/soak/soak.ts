// Two managers with one memory against a service in which everything goes wrong, for minutes. Every call has to end in
// a reply or in a typed error, and nothing may grow: sockets, timers, listeners, heap. Run with --expose-gc.
import { fork } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSharedMemory, isConverseError, LLMManager } from '@outcrop/bedrock';
import { createRandom } from '@outcrop/retry-core/testing';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '24' },
  },
});
const minutes = Number(values.minutes);
const random = createRandom(Number(values.seed));
const totalMs = 5_000;
const sampleMs = 2_000;
const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this? '.repeat(20) }] }],
  inferenceConfig: { maxTokens: 100 },
};

const service = fork(`${import.meta.dirname}/service.ts`, [values.seed], { execArgv: process.execArgv });
const [endpoint] = (await once(service, 'message')) as [string];

// Callers who share one signal that never fires, as those of a server do.
const server = new AbortController();
const memory = createSharedMemory();
const managers = (['sdk', 'direct'] as const).map(
  (transport) =>
    new LLMManager({
      models: ['Claude Haiku 4.5', 'Nova Lite'],
      regions: ['us-east-1', 'us-west-2', 'us-east-2'],
      regionOrder: 'rotating',
      endpoint,
      transport,
      memory,
      // Expired tokens are renewed, because a function may give others.
      auth: { credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }) },
      retry: { retryDelayMs: 20, maxRetryDelayMs: 500 },
      deadlines: { firstEventMs: 400, idleMs: 300, totalMs },
      env: {},
    }),
);

const ends = new Map<string, number>();
const faults: string[] = [];

/** One call, of a kind and with a fate by chance. */
async function call(): Promise<void> {
  const manager = managers[random() < 0.5 ? 0 : 1] as LLMManager;
  const isAborted = random() < 0.1;
  const own = new AbortController();
  const signal = isAborted ? own.signal : server.signal;
  const reason = new Error('The caller has gone.');
  const timer = isAborted ? setTimeout(() => own.abort(reason), random() * 60) : undefined;
  const overdue = setTimeout(() => faults.push(`A call is not over after ${totalMs + 5_000} ms.`), totalMs + 5_000);
  try {
    count(await kinds[Math.floor(random() * kinds.length)]?.(manager, signal));
  } catch (error) {
    if (isConverseError(error)) count(error.code);
    else if (error === reason) count('aborted');
    else faults.push(`Neither a reply nor a typed error: ${String(error)}`);
  } finally {
    clearTimeout(timer);
    clearTimeout(overdue);
  }
}

const kinds: readonly ((manager: LLMManager, signal: AbortSignal) => Promise<string>)[] = [
  async (manager, signal) => (await manager.converse(request, { signal })).stopReason,
  async (manager, signal) => {
    const stream = manager.converseStream(request, { signal });
    for await (const _ of stream);
    return (await stream.response).stopReason;
  },
  async (manager, signal) =>
    (await manager.converseStream(request, { signal, onInterruption: 'restart' }).response).stopReason,
  async (manager, signal) => {
    let left = Math.floor(random() * 20);
    for await (const _ of manager.converseStream(request, { signal })) if (left-- === 0) return 'left';
    return 'end_turn';
  },
  async (manager, signal) => {
    const validate = () => (random() < 0.5 ? ('ok' as const) : { reason: 'by chance' });
    return (await manager.converse(request, { signal, validate })).stopReason;
  },
];

function count(end: string | undefined): void {
  ends.set(end ?? 'nothing', (ends.get(end ?? 'nothing') ?? 0) + 1);
}

type Sample = { rssMB: number; heapMB: number; files: number; timers: number; listeners: number };

function sample(): Sample {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    rssMB: Math.round(rss / 1e6),
    heapMB: Math.round(heapUsed / 1e5) / 10,
    // Idle ones are no active resources, so open files are counted, where the system tells.
    files: existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0,
    timers: resources.filter((name) => name === 'Timeout').length,
    listeners: getEventListeners(server.signal, 'abort').length,
  };
}

const before = sample();
const endsAt = performance.now() + minutes * 60_000;
const samples: Sample[] = [];
const sampling = setInterval(() => samples.push(sample()), sampleMs);
await Promise.all(
  Array.from({ length: Number(values.concurrency) }, async () => {
    while (performance.now() < endsAt) await call();
  }),
);
clearInterval(sampling);

// A quarter of the time is for warming up: code, histograms, connections.
const steady = samples.slice(Math.floor(samples.length / 4));
const third = Math.ceil(steady.length / 3);
const [early, late] = [medians(steady.slice(0, third)), medians(steady.slice(-third))];
for (const manager of managers) await manager.close();
await new Promise((resolve) => setTimeout(resolve, 500));
const after = sample();

console.table(Object.fromEntries([...ends].sort(([, a], [, b]) => b - a)));
console.table({ 'at the start': before, 'after warm-up': early, 'at the end': late, closed: after });
if (late.heapMB > 1.1 * early.heapMB) faults.push('The heap has grown by more than 10 %.');
// Pages that the allocator keeps come and go.
if (late.rssMB > 1.25 * early.rssMB) faults.push('The process has grown by more than 25 %.');
for (const name of ['files', 'timers', 'listeners'] as const) {
  if (late[name] > 1.25 * early[name] + 8) faults.push(`There are more ${name} at the end.`);
  if (after[name] > before[name]) faults.push(`${after[name] - before[name]} ${name} are left when all is closed.`);
}
const inFlight = memory.fleet.status().reduce((sum, key) => sum + key.inFlight, 0);
if (inFlight > 0) faults.push(`${inFlight} leases were never given back.`);
service.disconnect();
const summary = new Map([...new Set(faults)].map((each) => [each, faults.filter((other) => other === each).length]));
for (const [what, times] of summary) console.error(`${times} × ${what}`);
console.log(faults.length === 0 ? 'Every call has ended, and nothing has grown.' : 'Not good.');
process.exitCode = faults.length === 0 ? 0 : 1;

function medians(of: readonly Sample[]): Sample {
  const median = (name: keyof Sample) =>
    Math.round((of.map((each) => each[name]).sort((a, b) => a - b)[of.length >> 1] ?? 0) * 10) / 10;
  return {
    rssMB: median('rssMB'),
    heapMB: median('heapMB'),
    files: median('files'),
    timers: median('timers'),
    listeners: median('listeners'),
  };
}
