import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConverseError, type ConverseErrorJson, isConverseError } from '../index.ts';
import {
  type Convertible,
  eventFromJson,
  messageFromJson,
  messagesFromJson,
  requestFromJson,
  responseFromJson,
  toJson,
} from './index.ts';

const readers = { messageFromJson, messagesFromJson, requestFromJson, responseFromJson, eventFromJson };
const png = new Uint8Array([137, 80, 78, 71]);

function failureOf(run: () => unknown): ConverseErrorJson {
  try {
    run();
  } catch (error) {
    if (isConverseError(error)) return error.toJson();
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** What one message's content, read, is refused for. */
function problemsOf(content: unknown): unknown {
  return listed(() => messagesFromJson([{ role: 'user', content }]));
}

function listed(run: () => unknown): unknown {
  const { problems } = failureOf(run);
  return problems;
}

describe('the round trip', () => {
  test('is exact for the JSON too: what was read is written as it was', () => {
    const json = {
      messages: [
        {
          role: 'user',
          content: [{ hologram: { source: { bytes: 'not/base64!' }, list: [null, {}] } }, { text: 'a' }],
          note: 'a field of tomorrow',
        },
      ],
      tomorrow: { bytes: 'AAAA', nothing: null },
    };
    expect(toJson(requestFromJson(json))).toEqual(json);
  });

  test('writes the bytes of an unknown block as Bedrock would, and leaves them so', () => {
    const message = { role: 'user', content: [{ hologram: { source: { bytes: png } } }] } as unknown as Convertible;
    const json = { role: 'user', content: [{ hologram: { source: { bytes: 'iVBORw==' } } }] };
    expect(toJson(message)).toEqual(json);
    expect(messageFromJson(json)).toEqual(json);
  });

  test('keeps __proto__ in a document as the property that JSON.parse makes of it', () => {
    const text =
      '{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"n","input":{"__proto__":{"x":1}}}}]}';
    const message = messageFromJson(text);
    expect(JSON.stringify(toJson(message))).toBe(text);
    expect(Object.keys(message.content[0]?.toolUse?.input ?? {})).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBe(undefined);
  });
});

describe('writing', () => {
  test('leaves out what is undefined', () => {
    expect(toJson({ role: 'user', content: [{ cachePoint: { type: 'default', ttl: undefined } }] })).toStrictEqual({
      role: 'user',
      content: [{ cachePoint: { type: 'default' } }],
    });
  });

  test('takes the bytes of a Buffer and of a part of a larger buffer', () => {
    const part = new Uint8Array([0, 0, ...png, 0]).subarray(2, 6);
    for (const bytes of [Buffer.from(png), part]) {
      expect(toJson({ image: { format: 'png', source: { bytes } } })).toEqual({
        image: { format: 'png', source: { bytes: 'iVBORw==' } },
      });
    }
  });

  const cycle: { self?: unknown } = {};
  cycle.self = [cycle];
  test.each<[string, unknown, string]>([
    ['a function', () => {}, 'a function is not JSON'],
    ['a bigint', 1n, 'a bigint is not JSON'],
    ['a symbol', Symbol('s'), 'a symbol is not JSON'],
    ['NaN', Number.NaN, 'NaN is not JSON'],
    ['Infinity', -Infinity, '-Infinity is not JSON'],
    ['a Date', new Date(0), 'an instance of a class (Date) is not JSON'],
    ['a Promise', Promise.resolve(), 'a Promise (is an `await` missing?) is not JSON'],
    ['a Map', new Map(), 'an instance of a class (Map) is not JSON'],
    ['an instance', new (class Secret {})(), 'an instance of a class (Object) is not JSON'],
    ['bytes', png, 'a Uint8Array is not JSON'],
    ['other bytes', new Uint16Array(2), 'an instance of a class (Uint16Array) is not JSON'],
  ])('refuses %s in a document', (_, value, message) => {
    expect(failureOf(() => toJson({ messages: [], additionalModelRequestFields: { a: [value] } as never }))).toEqual({
      name: 'ConverseError',
      code: 'invalid_request',
      message: `This is not JSON: additionalModelRequestFields.a[0]: ${message}.`,
      problems: [{ path: 'additionalModelRequestFields.a[0]', message }],
    });
  });

  test('refuses a cycle, a gap and an undefined element, all at once', () => {
    const input = { cycle, gap: new Array(2 ** 32 - 1), hole: [1, undefined] } as never;
    expect(listed(() => toJson({ toolUse: { toolUseId: 't', name: 'n', input } }))).toEqual([
      { path: 'toolUse.input.cycle.self[0]', message: 'it contains itself' },
      { path: 'toolUse.input.gap[0]', message: 'a gap in the array' },
      { path: 'toolUse.input.hole[1]', message: 'undefined is not JSON' },
    ]);
  });

  test('takes the same object twice, side by side', () => {
    const block = { text: 'again' };
    expect(toJson({ role: 'user', content: [block, block] })).toEqual({ role: 'user', content: [block, block] });
  });
});

describe('reading', () => {
  test.each<[string, unknown, unknown]>([
    ['no array', {}, [{ path: 'messages[0].content', message: 'expected an array, got an object' }]],
    ['null in the list', [null], [{ path: 'messages[0].content[0]', message: 'expected an object, got null' }]],
    ['an empty block', [{}], [{ path: 'messages[0].content[0]', message: 'expected one key, got 0' }]],
    [
      'two keys',
      [{ text: 'a', video: null, image: 1 }],
      [
        { path: 'messages[0].content[0].image', message: 'expected an object, got a number' },
        { path: 'messages[0].content[0]', message: 'expected one key, got 2' },
      ],
    ],
    [
      'missing fields',
      [{ toolUse: { name: null } }],
      [
        { path: 'messages[0].content[0].toolUse.toolUseId', message: 'is missing' },
        { path: 'messages[0].content[0].toolUse.name', message: 'is missing' },
        { path: 'messages[0].content[0].toolUse.input', message: 'is missing' },
      ],
    ],
    [
      'bad base64',
      [{ text: '' }, { image: { format: 'png', source: { bytes: 'data:QQ==' } } }],
      [
        {
          path: 'messages[0].content[1].image.source.bytes',
          message: 'expected base64 with padding, without whitespace and without a data: prefix',
        },
      ],
    ],
    [
      'what JSON.stringify makes of a Buffer',
      [{ reasoningContent: { redactedContent: Buffer.from('a').toJSON() } }],
      [
        {
          path: 'messages[0].content[0].reasoningContent.redactedContent',
          message: 'expected a string, got an object',
        },
      ],
    ],
    [
      'a strange name',
      [{ 'a b': { '': 1n } }],
      [{ path: 'messages[0].content[0]["a b"][""]', message: 'a bigint is not JSON' }],
    ],
    [
      '__proto__',
      [JSON.parse('{"__proto__":{"text":"a"}}')],
      [
        { path: 'messages[0].content[0].__proto__', message: 'no field may have this name' },
        { path: 'messages[0].content[0]', message: 'expected one key, got 0' },
      ],
    ],
  ])('refuses %s', (_, content, problems) => {
    expect(problemsOf(content)).toEqual(problems);
  });

  test('takes a block called constructor for what it is: one that nobody knows', () => {
    const message = { role: 'user', content: [{ constructor: { prototype: {} } }] };
    expect(messageFromJson(message)).toEqual(message);
  });

  test('reads null in a known field as left out, as Bedrock does, and keeps it in free JSON', () => {
    const toolUse = { toolUseId: 't', name: 'n', input: { a: null }, type: null };
    expect(messageFromJson({ role: 'assistant', content: [{ toolUse, text: null }] })).toStrictEqual({
      role: 'assistant',
      content: [{ toolUse: { toolUseId: 't', name: 'n', input: { a: null } } }],
    });
  });

  test('stops at 20 problems', () => {
    const { problems, message } = failureOf(() => messageFromJson({ role: 1, content: new Array(1e6).fill(null) }));
    expect(problems).toHaveLength(20);
    expect(message).toBe('This is not a message: role: expected a string, got a number (and 19 more: see problems).');
  });

  test('does not repeat the text that is no JSON', () => {
    expect(failureOf(() => messageFromJson('{"my secret'))).toEqual({
      name: 'ConverseError',
      code: 'invalid_request',
      message: 'This is not a message: the text is not JSON.',
      problems: [{ path: '', message: 'the text is not JSON' }],
    });
  });

  test('says of a reply and an event that the reply is malformed', () => {
    const codes = Object.values(readers).map((read) => failureOf(() => read(7)).code);
    expect(codes).toEqual([
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'malformed_reply',
      'malformed_reply',
    ]);
  });

  test('counts bytes before it decodes them, over the whole value', () => {
    const image = { image: { format: 'png', source: { bytes: 'iVBORw==' } } };
    const json = { role: 'user', content: [image, image] };
    expect(messageFromJson(json, { maxBytes: 8 }).content).toHaveLength(2);
    expect(listed(() => messageFromJson(json, { maxBytes: 7 }))).toEqual([
      { path: 'content[1].image.source.bytes', message: 'more bytes than the 7 that are allowed in all' },
    ]);
  });

  test('takes 500 levels and refuses a depth bomb, as text and as a value', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const text = (levels: number) => `{"additionalModelRequestFields":${nested(levels)}}`;
    expect(JSON.stringify(requestFromJson(text(500)))).toBe(text(500));
    expect(listed(() => requestFromJson(text(100_000)))).toEqual([
      {
        path: expect.stringMatching(/^additionalModelRequestFields\[0\].*…$/),
        message: 'nested deeper than 512 levels',
      },
    ]);
  });

  test('gives a value or the typed error for any JSON, and pollutes no prototype', () => {
    const keys = [
      '__proto__',
      'constructor',
      'role',
      'content',
      'text',
      'image',
      'source',
      'bytes',
      'messages',
      'toString',
    ];
    const hostile = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, '', 'QQ==', 'Q', 0, -1, true, '__proto__'),
        fc.array(tie('value')),
        fc.array(fc.tuple(fc.constantFrom(...keys), tie('value'))).map((entries) => {
          const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
          return JSON.parse(`{${members.join(',')}}`) as unknown;
        }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.oneof(hostile, fc.jsonValue(), fc.anything()), (json) => {
        for (const read of Object.values(readers)) {
          try {
            read(json);
          } catch (error) {
            expect(error).toBeInstanceOf(ConverseError);
          }
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 5 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  });
});
