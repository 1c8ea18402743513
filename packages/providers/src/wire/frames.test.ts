import { isConverseError } from '@outcrop/converse';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameDecoder, type Frame } from './frames.ts';

// AWS's own, which writes what is read here.
const codec = new EventStreamCodec(toUtf8, fromUtf8);

const name = fc.stringMatching(/^[a-zA-Z:-]{1,20}$/);
const value = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => ({ type: 'string' as const, value: text })),
  fc.boolean().map((flag) => ({ type: 'boolean' as const, value: flag })),
  fc.integer({ min: -128, max: 127 }).map((number) => ({ type: 'byte' as const, value: number })),
  fc.integer({ min: -32_768, max: 32_767 }).map((number) => ({ type: 'short' as const, value: number })),
  fc.integer().map((number) => ({ type: 'integer' as const, value: number })),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ type: 'binary' as const, value: bytes })),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
    .map((date) => ({ type: 'timestamp' as const, value: date })),
);
const message = fc.record({
  headers: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
  body: fc.uint8Array({ maxLength: 300 }),
});

function stringsOf(headers: Record<string, { type: string; value: unknown }>) {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, { type, value }]) => (type === 'string' ? [[key, value]] : [])),
  );
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

test('reads what AWS writes, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), (messages, cuts) => {
      const bytes = joined(messages.map((each) => codec.encode(each)));
      const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
      const decoder = createFrameDecoder();
      const frames: Frame[] = [];
      let at = 0;
      for (const place of [...places, bytes.length]) {
        // The piece is overwritten after it was read, as pools of buffers are.
        const piece = bytes.slice(at, place);
        frames.push(...decoder.add(piece).map(({ headers, payload }) => ({ headers, payload: payload.slice() })));
        piece.fill(0);
        at = place;
      }
      decoder.end();
      expect(frames.map(({ headers, payload }) => ({ headers: { ...headers }, payload }))).toEqual(
        messages.map(({ headers, body }) => ({ headers: stringsOf(headers), payload: body })),
      );
    }),
  );
});

test('notices any byte that was changed, and never makes up a frame', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (each, place, change) => {
      const bytes = codec.encode(each).slice();
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ change;
      const decoder = createFrameDecoder();
      expect(() => {
        expect(decoder.add(bytes)).toEqual([]);
        decoder.end();
      }).toThrow(expect.objectContaining({ code: 'connection' }));
    }),
  );
});

test('takes any bytes without failing otherwise', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (pieces) => {
      const decoder = createFrameDecoder();
      try {
        for (const piece of pieces) decoder.add(piece);
        decoder.end();
      } catch (error) {
        expect(isConverseError(error) && error.code).toBe('connection');
      }
    }),
  );
});

test.each([
  ['in its beginning', 5],
  ['in its headers', 20],
  ['in its payload', -8],
])('says that the bytes end in the middle of a frame: %s', (_, end) => {
  const bytes = codec.encode({
    headers: { ':event-type': { type: 'string', value: 'chunk' } },
    body: fromUtf8('{"a":1}'),
  });
  const decoder = createFrameDecoder();
  expect(decoder.add(bytes.slice(0, end))).toEqual([]);
  expect(() => decoder.end()).toThrow(/ended in the middle of it/);
});
