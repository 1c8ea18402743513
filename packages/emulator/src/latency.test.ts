import { reply } from '@outcrop/converse/testing';
import { createEmulator, type EmulatorOptions, type Latency } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };
const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };
// 48 characters: three pieces of four tokens each.
const said = 'Granite, which is quartz, feldspar and some mica';

/** An emulator whose waits are over at once, and the time that they took. */
async function start(options: EmulatorOptions) {
  let time = 0;
  const delay = async (ms: number) => {
    time += ms;
  };
  const emulator = await createEmulator({ now: () => time, delay, respond: () => said, ...options });
  onTestFinished(() => emulator.close());
  return { emulator, model: emulator.connect(target), time: () => time };
}

const latency: Latency = { firstTokenMs: 400, tokensPerSecond: 10 };

test('a reply takes the time of its tokens, and says so', async () => {
  const { model, time } = await start({ latency });
  expect((await model.converse(request)).metrics).toEqual({ latencyMs: 1_600 });
  expect(time()).toBe(1_600);
});

test('a stream begins after the first token, and each piece takes its own time', async () => {
  const { model, time } = await start({ latency });
  const times: [string, number][] = [];
  const stream = model.converseStream(request);
  for await (const event of stream) times.push([Object.keys(event)[0] ?? '', time()]);
  expect(times).toEqual([
    ['messageStart', 400],
    ['contentBlockDelta', 800],
    ['contentBlockDelta', 1_200],
    ['contentBlockDelta', 1_600],
    ['contentBlockStop', 1_600],
    ['messageStop', 1_600],
    ['metadata', 1_600],
  ]);
  expect((await stream.response).metrics).toEqual({ latencyMs: 1_600 });
});

test('jitter is the same for the same seed, and stays within its share', async () => {
  const jittering = { ...latency, jitter: 0.5, seed: 3 };
  const waits = await Promise.all(
    [1, 2].map(async () => {
      const { model } = await start({ latency: jittering });
      const replies = [await model.converse(request), await model.converse(request), await model.converse(request)];
      return replies.map(({ metrics }) => metrics.latencyMs ?? 0);
    }),
  );
  expect(waits[0]).toEqual(waits[1]);
  expect(new Set(waits[0]).size).toBe(3);
  expect(waits[0]?.every((ms) => ms >= 800 && ms <= 2_400)).toBe(true);
});

test('what is scripted keeps its own metrics, and what is scripted event by event its own time', async () => {
  const { emulator, model, time } = await start({ latency });
  emulator
    .when()
    .reply(reply('Granite.'), [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason: 'x' } }]);
  expect((await model.converse(request)).metrics).toEqual({ latencyMs: 1 });
  const before = time();
  await model.converse(request);
  expect(time()).toBe(before);
});

test('is changed while it runs, and ended', async () => {
  const { emulator, model, time } = await start({});
  emulator.latency = { firstTokenMs: 5, tokensPerSecond: 1_000_000 };
  await model.converse(request);
  expect(time()).toBeGreaterThan(5);
  emulator.latency = 'none';
  const before = time();
  await model.converse(request);
  expect(time()).toBe(before);
});

test('a wait ends with the signal, and with its reason', async () => {
  const controller = new AbortController();
  const { emulator } = await start({ latency: { firstTokenMs: 3_600_000, tokensPerSecond: 1 }, delay: undefined });
  const call = emulator.connect(target).converse(request, { signal: controller.signal });
  await expect.poll(() => emulator.requests.length).toBe(1);
  controller.abort('enough');
  await expect(call).rejects.toBe('enough');
  await expect.poll(() => emulator.requests[0]?.outcome).toEqual({ type: 'left' });
});

test.each<Latency>([
  { firstTokenMs: -1, tokensPerSecond: 1 },
  { firstTokenMs: 1, tokensPerSecond: 0 },
  { firstTokenMs: 1, tokensPerSecond: 1, jitter: 2 },
  { firstTokenMs: Number.NaN, tokensPerSecond: 1 },
  { firstTokenMs: 1, tokensPerSecond: Number.NaN },
])('refuses %j', async (latency) => {
  await expect(createEmulator({ latency })).rejects.toThrow('latency: ');
});
