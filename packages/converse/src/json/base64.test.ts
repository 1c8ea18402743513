import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { base64Size, decodeBase64, encodeBase64 } from './base64.ts';

const native = {
  encode: Object.getOwnPropertyDescriptor(Uint8Array.prototype, 'toBase64'),
  decode: Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64'),
};

describe.each(['with what the runtime has', 'without'])('base64 %s', (how) => {
  beforeEach(() => {
    if (how !== 'without') return;
    Reflect.deleteProperty(Uint8Array.prototype, 'toBase64');
    Reflect.deleteProperty(Uint8Array, 'fromBase64');
  });
  afterEach(() => {
    if (native.encode) Object.defineProperty(Uint8Array.prototype, 'toBase64', native.encode);
    if (native.decode) Object.defineProperty(Uint8Array, 'fromBase64', native.decode);
  });

  test('is what everybody else writes, and reads back, whatever the length', () => {
    const all = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >> 3);
    const lengths = [...Array(70).keys(), 24_575, 24_576, 24_577, 100_000];
    for (const length of lengths) {
      const bytes = all.subarray(0, length);
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(base64Size(text)).toBe(length);
      expect(decodeBase64(text)).toEqual(bytes);
    }
  });

  test('reads back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  test('takes 20 MB without a stack or a square', () => {
    const bytes = new Uint8Array(20_000_000).fill(171);
    const back = decodeBase64(encodeBase64(bytes));
    expect(back?.length).toBe(bytes.length);
    expect(back?.at(-1)).toBe(171);
  });

  test('reads no text but the one that it writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQZaz09+/=-_ \n\té😀') }), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(text);
      }),
    );
  });

  test.each([
    ['no padding', 'QQ'],
    ['half the padding', 'QQ='],
    ['too much padding', 'QQ==='],
    ['padding alone', '===='],
    ['padding inside', 'QQ==QUJD'],
    ['a letter too many', 'QUJDR'],
    ['whitespace at the end', 'QUJD\n'],
    ['whitespace that makes the length right', 'QUI '],
    ['four of whitespace', 'QUJD    QUJD'],
    ['the URL alphabet', '-_-_'],
    ['letters outside of ASCII', 'QUJé'],
    ['half a pair', 'QUJ\uD800'],
    ['stray bits before ==', 'QR=='],
    ['stray bits before =', 'QUJ='],
    ['a data: URL', 'data:image/png;base64,QUJD'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBe(undefined);
  });
});
