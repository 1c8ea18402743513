import { parseExactly } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test.each([
  ['an order number', '12345678901234567890', '12345678901234567890'],
  ['the first integer that would be another one', '9007199254740993', '9007199254740993'],
  ['the last that is safe', '9007199254740991', 9007199254740991],
  ['one that JavaScript writes back as it came', '9007199254740992', 9007199254740992],
  // It holds it, and would write it back as 1152921504606847000.
  ['a power of two', '1152921504606846976', '1152921504606846976'],
  ['a negative one', '-12345678901234567890', '-12345678901234567890'],
  ['an amount', '12345678901234567.25', '12345678901234567.25'],
  ['what is beyond all numbers', '-1E+400', '-1E+400'],
  ['a fraction', '3.14159265358979323846', Math.PI],
  ['an exponent', '6.022140760000000000e23', 6.02214076e23],
  ['nearly nothing', '1e-400', 0],
])('%s: %s', (_, written, value) => {
  const warnings = typeof value === 'string' ? [{ code: 'number_as_text', message: one, path: 'input.id' }] : [];
  expect(parseExactly(`{"id":${written}}`, 'input')).toEqual({ value: { id: value }, warnings });
});

test('says how many there are, and where the first', () => {
  const json = '{"a":1,"orders":[{"id":11111111111111111},{"id":22222222222222222,"was":[33333333333333333]}]}';
  expect(parseExactly(json)).toEqual({
    value: {
      a: 1,
      orders: [{ id: '11111111111111111' }, { id: '22222222222222222', was: ['33333333333333333'] }],
    },
    warnings: [
      {
        code: 'number_as_text',
        message: '3 numbers with more digits than a JavaScript number holds are given as text. This is the first.',
        path: 'orders[0].id',
      },
    ],
  });
});

test.each([
  '{"12345678901234567890":"12345678901234567890"}',
  '["\\"12345678901234567890", "\\\\", "12345678901234567890\\\\"]',
  '"1e400"',
])('leaves texts and keys alone: %s', (json) => {
  expect(parseExactly(json)).toEqual({ value: JSON.parse(json), warnings: [] });
});

test.each([
  '{12345678901234567890:1}',
  '[012345678901234567890]',
  '[12345678901234567890.]',
  '[+12345678901234567890]',
  '12345678901234567890"',
])('takes nothing for JSON that is none: %s', (json) => {
  expect(() => parseExactly(json)).toThrow(SyntaxError);
});

test('ends at no depth and at no width', () => {
  const depth = 100_000;
  const deep = `${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`;
  const wide = `[${'12345678901234567890,'.repeat(depth)}"${'\\\\'.repeat(depth)}"]`;
  expect(parseExactly(deep).warnings[0]?.path).toBe('[0]'.repeat(depth));
  expect(parseExactly(wide).warnings[0]?.message).toMatch(/^100000 numbers/);
});

test('whatever the JSON, no integer is another one, and all else is as JSON.parse has it', () => {
  const digits = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String);
  const integer = fc.oneof(digits, fc.integer().map(String), fc.maxSafeInteger().map(String));
  const text = fc.oneof(
    fc.string(),
    digits,
    digits.map((each) => `"${each}\\`),
  );
  const other = fc.oneof(
    // JSON has no -0.
    fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    text,
  );
  const { json } = fc.letrec<{ json: Written }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      integer.map((written): Written => ({ written, value: written, read: JSON.parse(written) })),
      other.map((value): Written => ({ written: JSON.stringify(value), value, read: value })),
      fc.array(tie('json'), { maxLength: 4 }).map(
        (items): Written => ({
          written: `[${items.map((item) => item.written).join(' , ')}]`,
          value: items.map((item) => item.value),
          read: items.map((item) => item.read),
        }),
      ),
      fc.dictionary(text, tie('json'), { maxKeys: 4, noNullPrototype: true }).map((fields): Written => {
        const entries = Object.entries(fields);
        return {
          written: `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${item.written}`).join(',')}}`,
          value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
          read: Object.fromEntries(entries.map(([key, item]) => [key, item.read])),
        };
      }),
    ),
  }));
  fc.assert(
    fc.property(json, ({ written, value, read }) => {
      const exact = parseExactly(written);
      expect(asWritten(exact.value, value)).toEqual(value);
      if (exact.warnings.length === 0) expect(exact.value).toEqual(JSON.parse(written));
      else expect(exact.value).not.toEqual(read);
    }),
  );
});

/** JSON as it is written, as it has to be read if each integer is its digits, and as `JSON.parse` reads it. */
type Written = { written: string; value: unknown; read: unknown };

/** The value with its numbers written out where digits were expected. */
function asWritten(value: unknown, expected: unknown): unknown {
  if (typeof value === 'number' && typeof expected === 'string') return String(value);
  if (Array.isArray(value)) return value.map((item, index) => asWritten(item, (expected as unknown[])[index]));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, item]) => [key, asWritten(item, Object(expected)[key])]);
  return Object.fromEntries(fields);
}

const one = 'A number with more digits than a JavaScript number holds is given as text.';
