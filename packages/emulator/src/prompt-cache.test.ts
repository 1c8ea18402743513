import type { ConverseRequest, TokenUsage } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const cachePoint = { type: 'default' as const };
// Of Haiku 4.5 fewer than 4,096 tokens are not cached.
const long = 'Granite. '.repeat(2_000);
const longTokens = 4_500;

/** Says what a request used. Each reply has two tokens. */
async function start({ id = haiku, region = 'us-east-1' } = {}) {
  let time = 0;
  const emulator = await createEmulator({ now: () => time, respond: () => 'Granite.' });
  onTestFinished(() => emulator.close());
  const usageIn = async (region: string, request: ConverseRequest): Promise<Partial<TokenUsage>> => {
    const target = { model: 'Claude Haiku 4.5', id, region, route: 'geo' };
    const { outputTokens: _, totalTokens: __, ...usage } = (await emulator.connect(target).converse(request)).usage;
    return usage;
  };
  return {
    use: (request: ConverseRequest) => usageIn(region, request),
    useIn: usageIn,
    pass(ms: number) {
      time += ms;
    },
  };
}

const asking = (text: string, ttl?: '1h'): ConverseRequest => ({
  system: [{ text: long }, { cachePoint: ttl ? { ...cachePoint, ttl } : cachePoint }],
  messages: [{ role: 'user', content: [{ text }] }],
});
const written = { cacheReadInputTokens: 0, cacheWriteInputTokens: longTokens };
const read = { cacheReadInputTokens: longTokens, cacheWriteInputTokens: 0 };

test('a prefix is written, and read by the next call that begins alike', async () => {
  const { use } = await start();
  const details = { cacheDetails: [{ ttl: '5m', inputTokens: longTokens }] };
  expect(await use(asking('Which?'))).toEqual({ inputTokens: 2, ...written, ...details });
  expect(await use(asking('Which one is it?'))).toEqual({ inputTokens: 4, ...read });
});

test('the total has all four parts', async () => {
  await using emulator = await createEmulator({ respond: () => 'Granite.' });
  const target = { model: 'Claude Haiku 4.5', id: haiku, region: 'us-east-1', route: 'geo' };
  const { usage } = await emulator.connect(target).converse(asking('Which?'));
  expect(usage.totalTokens).toBe(2 + 2 + longTokens);
});

test('lives for five minutes after its last use', async () => {
  const { use, pass } = await start();
  await use(asking('Which?'));
  pass(299_999);
  expect(await use(asking('Which?'))).toMatchObject(read);
  pass(299_999);
  expect(await use(asking('Which?'))).toMatchObject(read);
  pass(300_000);
  expect(await use(asking('Which?'))).toMatchObject(written);
});

test('lives for an hour if it is asked to', async () => {
  const { use, pass } = await start();
  expect(await use(asking('Which?', '1h'))).toMatchObject({ cacheDetails: [{ ttl: '1h', inputTokens: longTokens }] });
  pass(3_599_999);
  expect(await use(asking('Which?', '1h'))).toMatchObject(read);
});

test('is of one region', async () => {
  const { useIn } = await start();
  await useIn('us-east-1', asking('Which?'));
  expect(await useIn('us-west-2', asking('Which?'))).toMatchObject(written);
});

test('a conversation that grows reads what its last turn has written', async () => {
  const { use } = await start();
  const first = { role: 'user' as const, content: [{ text: long }] };
  await use({ messages: [{ ...first, content: [...first.content, { cachePoint }] }] });
  const messages = [
    first,
    { role: 'assistant' as const, content: [{ text: 'Granite.' }] },
    { role: 'user' as const, content: [{ text: 'Surely?!' }, { cachePoint }] },
  ];
  expect(await use({ messages })).toEqual({
    inputTokens: 0,
    cacheReadInputTokens: longTokens,
    cacheWriteInputTokens: 4,
    cacheDetails: [{ ttl: '5m', inputTokens: 4 }],
  });
});

test.each<[string, ConverseRequest]>([
  ['less than the model caches', { ...asking('Which?'), system: [{ text: 'Short.' }, { cachePoint }] }],
  ['another beginning', { ...asking('Which?'), system: [{ text: `${long}!` }, { text: 'Rocks.' }] }],
])('does not read %s', async (_, request) => {
  const { use } = await start();
  await use(asking('Which?'));
  const usage = await use(request);
  expect(usage.cacheReadInputTokens ?? 0).toBe(0);
  expect(usage.cacheWriteInputTokens ?? 0).toBe(0);
});

test('a model that is not known to cache says nothing of caches', async () => {
  const { use } = await start({ id: 'meta.llama3-8b-instruct-v1:0' });
  expect(await use(asking('Which?'))).toEqual({ inputTokens: longTokens + 2 });
});
