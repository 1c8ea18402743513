import { createEmulator, fault, type Step, throttle } from '@outcrop/emulator';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { assert, asyncProperty, integer, string } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator({ lenient: true });
afterAll(() => emulator.close());

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

test('frames any text so that the codec of AWS reads it, behind padding of uneven length', async () => {
  const property = asyncProperty(string({ unit: 'binary' }), integer({ min: 1, max: 70 }), async (text, count) => {
    const event = (index: number) => ({ contentBlockDelta: { contentBlockIndex: index, delta: { text } } });
    const frames = await streamed(Array.from({ length: count }, (_, index) => event(index)));
    const decoded = frames.map(decode);
    expect(decoded.map(({ payload: { p: _, ...payload } }) => payload)).toEqual(
      Array.from({ length: count }, (_, index) => JSON.parse(JSON.stringify(event(index).contentBlockDelta))),
    );
    expect(new Set(decoded.map(({ payload }) => payload['p'])).size).toBe(Math.min(count, 62));
    expect(decoded[0]?.headers).toEqual({
      ':event-type': 'contentBlockDelta',
      ':content-type': 'application/json',
      ':message-type': 'event',
    });
  });
  await assert(property);
});

test('frames an error as an exception, at the end of the stream', async () => {
  const [start, exception, ...more] = await streamed([{ messageStart: { role: 'assistant' } }, throttle()]);
  expect([start, exception].map((frame) => frame && decode(frame).headers[':message-type'])).toEqual([
    'event',
    'exception',
  ]);
  expect(exception && decode(exception)).toEqual({
    headers: {
      ':exception-type': 'throttlingException',
      ':content-type': 'application/json',
      ':message-type': 'exception',
    },
    payload: { message: 'Too many requests, please wait before trying again.' },
  });
  expect(more).toEqual([]);
});

test('makes a checksum that is wrong, and half a frame', async () => {
  const [wrong] = await streamed([fault('bad_crc')]);
  expect(() => wrong && decode(wrong)).toThrow('message checksum');
  const [half] = await streamed([fault('half_frame')]);
  expect(half && half.length < half.readUInt32BE(0)).toBe(true);
});

async function streamed(steps: Step[]): Promise<Buffer[]> {
  emulator.when().reply(steps);
  const response = await fetch(`${emulator.url}/model/m/converse-stream`, { method: 'POST', body: '{}' });
  expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
  return cut(Buffer.from(await response.arrayBuffer()));
}

function cut(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}

function decode(frame: Buffer): { headers: Record<string, unknown>; payload: Record<string, unknown> } {
  const { headers, body } = codec.decode(frame);
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
    payload: JSON.parse(Buffer.from(body).toString()),
  };
}
