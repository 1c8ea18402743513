import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConverseError } from '../errors.ts';
import { createSseReader, maxEventLength, type SseMessage, sseText } from './sse-text.ts';

function readAll(...pieces: string[]): SseMessage[] {
  const reader = createSseReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

describe('reading a text/event-stream', () => {
  test.each<[string, string, SseMessage[]]>([
    ['one event', 'data: a\n\n', [{ name: '', data: 'a' }]],
    ['a name before and after the data', 'event: x\ndata: a\nevent: y\n\n', [{ name: 'y', data: 'a' }]],
    ['a name that does not outlive its event', 'event: x\n\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['several lines of data', 'data: a\ndata:\ndata: b\n\n', [{ name: '', data: 'a\n\nb' }]],
    ['CRLF', 'event: x\r\ndata: a\r\n\r\n', [{ name: 'x', data: 'a' }]],
    ['CR', 'event: x\rdata: a\r\r', [{ name: 'x', data: 'a' }]],
    ['all line ends at once', 'data: a\r\ndata: b\rdata: c\n\r\n', [{ name: '', data: 'a\nb\nc' }]],
    [
      'one space less after the colon, no more',
      'data:  a \n\ndata:a\n\n',
      [
        { name: '', data: ' a ' },
        { name: '', data: 'a' },
      ],
    ],
    ['comments and fields that nobody needs', ': hi\nid: 7\nretry: 1\nwhat\n:\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['no event without data, and one with empty data', 'event: x\n\ndata\n\n\n\n', [{ name: '', data: '' }]],
    ['no event that was not closed', 'data: a\n', []],
  ])('knows %s', (_, text, messages) => {
    expect(readAll(text)).toEqual(messages);
  });

  test('knows a line end that is cut in two, with nothing in between', () => {
    expect(readAll('data: a\r', '', '\ndata: b\r', '\n', '\r\n')).toEqual([{ name: '', data: 'a\nb' }]);
  });

  test('gives the same for any cut', () => {
    const part = fc.constantFrom('data: a', 'data', 'event: x', ': c', '\r', '\n', '\r\n', '\n\n', ' ', 'é😀', ':');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(200)), (parts, cuts) => {
        const text = parts.join('');
        const places = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
        const pieces = places.map((place, index) => text.slice(place, places[index + 1] ?? text.length));
        expect(readAll(...pieces)).toEqual(readAll(text));
        expect(readAll(...text)).toEqual(readAll(text));
      }),
    );
  });

  test('reads what was written', () => {
    fc.assert(
      fc.property(fc.json(), (data) => {
        expect(readAll(sseText({ name: '', data }), sseText({ name: 'end', data }))).toEqual([
          { name: '', data },
          { name: 'end', data },
        ]);
      }),
    );
  });

  test.each([
    ['a line without an end', 'data: ', 'a'.repeat(2 ** 16)],
    ['an event without an end', '', `data: ${'a'.repeat(2 ** 16)}\n`],
    ['a comment without an end', ':', 'a'.repeat(2 ** 16)],
  ])('leaves %s at 16 Mi characters', (_, start, piece) => {
    const reader = createSseReader();
    let length = reader.push(start).length;
    try {
      for (;;) {
        reader.push(piece);
        length += piece.length;
        expect(length).toBeLessThanOrEqual(maxEventLength + 2 ** 16);
      }
    } catch (error) {
      if (!isConverseError(error)) throw error;
      expect(error.code).toBe('malformed_reply');
    }
  });

  test('takes a long line in tiny pieces in no more time than it is long', () => {
    const reader = createSseReader();
    for (let index = 0; index < 500_000; index++) reader.push('x');
    expect(reader.push('\ndata: a\n\n')).toEqual([{ name: '', data: 'a' }]);
  });
});
