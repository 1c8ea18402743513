import {
  type Citation,
  type ContentBlock,
  type ConverseResponse,
  type ConverseStreamEvent,
  createFold,
  toolUsesOf,
  usageOf,
} from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const citation: Citation = {
  title: 'Field guide',
  source: 'guide.pdf',
  sourceContent: [{ text: 'Granite is coarse.' }],
  location: { documentPage: { documentIndex: 0, start: 3, end: 4 } },
};

describe('the fold of a reply as Bedrock streams it', () => {
  const bytes = Uint8Array.of(137, 80, 78, 71);
  test.each<[string, ContentBlock]>([
    ['text', { text: 'Granite.' }],
    ['reasoning', { reasoningContent: { reasoningText: { text: 'Coarse …', signature: 'c2ln' } } }],
    [
      'reasoning of which only the signature came',
      { reasoningContent: { reasoningText: { text: '', signature: 'c' } } },
    ],
    ['redacted reasoning', { reasoningContent: { redactedContent: bytes } }],
    ['a tool call', toolCall('identify', { name: 'granite' })],
    ['a tool call without input', toolCall('identify')],
    [
      'a tool call that the provider runs',
      { toolUse: { toolUseId: 'a', name: 'b', input: {}, type: 'server_tool_use' } },
    ],
    [
      'a result of such a call',
      { toolResult: { toolUseId: 'a', status: 'success', content: [{ json: { ok: true } }] } },
    ],
    ['cited text', { citationsContent: { content: [{ text: 'It is granite.' }], citations: [citation] } }],
    ['a picture', { image: { format: 'png', source: { bytes } } }],
    ['a picture in S3', { image: { format: 'webp', source: { s3Location: { uri: 's3://rocks/granite.webp' } } } }],
    [
      'a picture that failed',
      { image: { format: 'png', source: { bytes: new Uint8Array() }, error: { message: 'No.' } } },
    ],
  ])('is the reply: %s', (_, block) => {
    const whole = reply('First: ', block);
    expect(foldOf(eventsOf(whole))).toEqual({ response: whole, partial: whole });
  });

  test('has all that messageStop and metadata say, fields of tomorrow too, and no padding', () => {
    const usage = usageOf({ inputTokens: 3, outputTokens: 4, cacheReadInputTokens: 5 });
    const events = [
      { messageStart: { role: 'assistant', p: 'abcd' } },
      { messageStop: { stopReason: 'end_turn', additionalModelResponseFields: { a: [1] }, p: 'ab', mood: 'calm' } },
      { metadata: { usage, metrics: { latencyMs: 12 }, serviceTier: { type: 'flex' }, p: 'abc', carbonGrams: 1 } },
    ] as ConverseStreamEvent[];
    expect(foldOf(events).response).toEqual({
      output: { message: { role: 'assistant', content: [] } },
      stopReason: 'end_turn',
      additionalModelResponseFields: { a: [1] },
      mood: 'calm',
      usage,
      metrics: { latencyMs: 12 },
      serviceTier: { type: 'flex' },
      carbonGrams: 1,
    });
  });

  test('orders its blocks by their index, which may have gaps', () => {
    const events = [text(5, 'third'), text(0, 'first'), text(2, 'second'), ...ending];
    expect(contentOf(events)).toEqual([{ text: 'first' }, { text: 'second' }, { text: 'third' }]);
  });

  test('leaves out an empty text block, which would make the next request fail', () => {
    expect(contentOf([text(0, ''), text(1, 'Granite.'), ...ending])).toEqual([{ text: 'Granite.' }]);
  });

  test('takes an empty start, which some models send for text', () => {
    const start = { contentBlockStart: { contentBlockIndex: 0, start: {} } } as ConverseStreamEvent;
    expect(foldOf([start, text(0, 'Granite.'), ...eventsOf(reply()).slice(1)]).response).toEqual(reply('Granite.'));
  });

  test('joins bytes and result texts that come in pieces', () => {
    const redacted = (byte: number) => delta(0, { reasoningContent: { redactedContent: Uint8Array.of(byte) } });
    const picture = (byte: number) => delta(1, { image: { source: { bytes: Uint8Array.of(byte) } } });
    const result = (piece: string) => delta(2, { toolResult: [{ text: piece }] });
    const starts: ConverseStreamEvent[] = [
      { contentBlockStart: { contentBlockIndex: 1, start: { image: { format: 'gif' } } } },
      { contentBlockStart: { contentBlockIndex: 2, start: { toolResult: { toolUseId: 'a' } } } },
    ];
    const pieces = [redacted(1), redacted(2), picture(3), picture(4), result('5'), result('6')];
    expect(contentOf([...starts, ...pieces, ...ending])).toEqual([
      { reasoningContent: { redactedContent: Uint8Array.of(1, 2) } },
      { image: { format: 'gif', source: { bytes: Uint8Array.of(3, 4) } } },
      { toolResult: { toolUseId: 'a', content: [{ text: '56' }] } },
    ]);
  });
});

test('a number that JavaScript would make another one is the text of its digits, in a call that may be run', () => {
  const call = toolCall('ship', '{"order":12345678901234567890,"boxes":2}');
  const fold = foldOf(eventsOf(reply('Shipped.', call), { pieceLength: 4 }));
  expect(toolUsesOf(fold.response as ConverseResponse).map(({ input }) => input)).toEqual([
    { order: '12345678901234567890', boxes: 2 },
  ]);
  const message = 'A number with more digits than a JavaScript number holds is given as text.';
  const path = 'output.message.content[1].toolUse.input.order';
  expect(fold.response?.warnings).toEqual([{ code: 'number_as_text', message, path }]);
});

describe('what did not come whole', () => {
  const call = eventsOf(reply(toolCall('identify', { name: 'granite' })), { pieceLength: 8 });

  test('has no reply before messageStop, only a part', () => {
    expect(foldOf([text(0, 'Gran')])).toEqual({
      response: undefined,
      partial: { output: { message: { role: 'assistant', content: [{ text: 'Gran' }] } }, metrics: {} },
    });
  });

  test('keeps the input of a cut tool call as the text that came', () => {
    const { partial } = foldOf(call.slice(0, 3));
    expect(partial.output.message.content).toEqual([toolCall('identify', '{"name":')]);
    expect(partial.incomplete).toEqual([{ contentIndex: 0, reason: 'cut' }]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no id', { name: 'identify' }],
    ['no name', { toolUseId: 'a' }],
    ['nothing', {}],
  ])('marks a tool call whose start held %s', (_, toolUse) => {
    const start = { contentBlockStart: { contentBlockIndex: 0, start: { toolUse } } } as ConverseStreamEvent;
    const { response } = foldOf([start, delta(0, { toolUse: { input: '{}' } }), ...ending]);
    expect(response?.incomplete).toEqual([{ contentIndex: 0, reason: 'no_start' }]);
    expect(response && toolUsesOf(response)).toEqual([]);
  });

  test('names a stop reason and a usage that never came, instead of leaving them out', () => {
    const stop = { messageStop: {} } as ConverseStreamEvent;
    expect(foldOf([stop]).response).toEqual({
      output: { message: { role: 'assistant', content: [] } },
      stopReason: 'unknown',
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      metrics: {},
      warnings: [{ code: 'usage_missing', message: expect.any(String) }],
    });
  });
});

test('a stream that is begun anew is the reply of its last beginning', () => {
  const whole = eventsOf(reply('Gneiss, with garnets.', toolCall('identify', { name: 'gneiss' })), { pieceLength: 3 });
  const broken = eventsOf(reply('Granite.', toolCall('age', { of: 'granite' }), 'More.'), { pieceLength: 3 });
  const unknown = { hologram: {} } as unknown as ConverseStreamEvent;
  for (const [count] of broken.entries()) {
    expect(foldOf([...broken.slice(0, count), unknown, ...whole]).response).toEqual(
      count === 0 ? foldOf([unknown, ...whole]).response : foldOf(whole).response,
    );
  }
  expect(foldOf([...broken, ...whole.slice(0, 2)]).partial).toEqual(foldOf(whole.slice(0, 2)).partial);
});

describe('what is not known', () => {
  test.each<[string, unknown, string]>([
    ['an event', { hologram: {} }, 'hologram'],
    ['a start', { contentBlockStart: { contentBlockIndex: 0, start: { hologram: {} } } }, 'contentBlockStart.hologram'],
    ['a delta', { contentBlockDelta: { contentBlockIndex: 0, delta: { hologram: 1 } } }, 'contentBlockDelta.hologram'],
    [
      'a delta of the wrong type',
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 1 } } },
      'contentBlockDelta.text',
    ],
    ['a delta without a place', { contentBlockDelta: { delta: { text: 'Gneiss' } } }, 'contentBlockDelta.text'],
    ['a stop without a place', { contentBlockStop: {} }, 'contentBlockStop'],
    ['a role of the wrong type', { messageStart: { role: 1 } }, 'messageStart'],
    ['no event at all', null, 'object'],
  ])('is kept and reported: %s', (_, event, name) => {
    const message = `The stream held what this release does not know: ${name}. It is in unknownEvents as it came.`;
    expect(foldOf([event as ConverseStreamEvent, ...eventsOf('Granite.')]).response).toEqual({
      ...reply('Granite.'),
      unknownEvents: [event],
      warnings: [{ code: 'unknown_event', message }],
    });
  });

  test('is reported once for each kind, however often it comes', () => {
    const event = { hologram: {} } as unknown as ConverseStreamEvent;
    const { response } = foldOf([event, event, ...eventsOf('Granite.')]);
    expect(response?.unknownEvents).toEqual([event, event]);
    expect(response?.warnings?.map(({ message }) => message.match(/hologram/g)?.length)).toEqual([1]);
  });

  test("can't pass for what the fold itself says", () => {
    const forged = { output: {}, incomplete: 1, unknownEvents: 2, warnings: 3 };
    const events = [
      text(0, 'Granite.'),
      { messageStop: { stopReason: 'end_turn', ...forged } },
    ] as ConverseStreamEvent[];
    const { usage, warnings, ...rest } = foldOf(events).response ?? {};
    expect(rest).toEqual({
      output: { message: { role: 'assistant', content: [{ text: 'Granite.' }] } },
      stopReason: 'end_turn',
      metrics: {},
    });
    expect(warnings?.map(({ code }) => code)).toEqual(['usage_missing']);
  });
});

describe('properties', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1 });
  // Through JSON once, which has no -0.
  const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
  const input = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    json,
    { maxKeys: 4 },
  );
  const blocks = fc.oneof(
    texts.map((text): ContentBlock => ({ text })),
    fc.tuple(texts, fc.option(texts, { nil: undefined })).map(([text, signature]): ContentBlock => {
      return { reasoningContent: { reasoningText: signature === undefined ? { text } : { text, signature } } };
    }),
    fc.uint8Array().map((redactedContent): ContentBlock => ({ reasoningContent: { redactedContent } })),
    fc.tuple(texts, texts, input).map(([id, name, value]) => toolCall(name, value as never, id)),
    texts.map((text): ContentBlock => ({ citationsContent: { content: [{ text }], citations: [citation] } })),
  );
  const replies = fc.array(blocks, { maxLength: 6 }).map((content) => reply(...content));
  const pieceLength = fc.integer({ min: 1, max: 12 });

  test('cutting a reply into events and folding them gives the reply, however it is cut', () => {
    fc.assert(
      fc.property(replies, pieceLength, (whole, pieceLength) => {
        expect(foldOf(eventsOf(whole, { pieceLength })).response).toEqual(whole);
      }),
    );
  });

  test('the order between blocks makes no difference', () => {
    fc.assert(
      fc.property(replies, pieceLength, fc.array(fc.nat(), { minLength: 1 }), (whole, pieceLength, picks) => {
        const events = eventsOf(whole, { pieceLength });
        expect(foldOf(shuffled(events, picks)).response).toEqual(whole);
      }),
    );
  });

  test('a stream that is cut anywhere has no reply, and no tool call to run', () => {
    fc.assert(
      fc.property(replies, pieceLength, fc.nat(), (whole, pieceLength, cut) => {
        const events = eventsOf(whole, { pieceLength }).slice(0, -2);
        const { response, partial } = foldOf(events.slice(0, cut % (events.length + 1)));
        expect(response).toBeUndefined();
        expect(toolUsesOf(partial)).toEqual([]);
      }),
    );
  });

  test('nothing that a wire can bring makes it throw, or hand out a tool call without name, id or input', () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withBigInt: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    const keys = ['toolUse', 'toolResult', 'text', 'image', 'citation', 'reasoningContent', 'hologram'];
    const part = fc.oneof(anything, fc.dictionary(fc.constantFrom(...keys), anything));
    const index = fc.oneof(fc.nat(3), fc.nat(3), anything);
    const event = fc.oneof(
      anything,
      fc.record({ messageStart: fc.oneof(anything, fc.record({ role: anything })) }),
      fc.record({ contentBlockStart: fc.record({ contentBlockIndex: index, start: part }) }),
      fc.record({ contentBlockDelta: fc.record({ contentBlockIndex: index, delta: part }) }),
      fc.record({ contentBlockDelta: fc.record({ contentBlockIndex: index, delta: fc.record({ text: texts }) }) }),
      fc.record({ contentBlockStop: fc.oneof(anything, fc.record({ contentBlockIndex: index })) }),
      fc.record({ messageStop: anything }),
      fc.record({ metadata: anything }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { response, partial } = foldOf([...events, { messageStop: { stopReason: 'end_turn' } }] as never);
        expect(partial.output.message.content).toBeInstanceOf(Array);
        for (const { toolUseId, name, input } of toolUsesOf(response as ConverseResponse)) {
          expect([toolUseId, name, input]).toEqual([expect.anything(), expect.anything(), expect.any(Object)]);
        }
      }),
      { numRuns: 10 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  });
});

const ending: ConverseStreamEvent[] = eventsOf(reply()).slice(-2);

function foldOf(events: ConverseStreamEvent[]) {
  const fold = createFold();
  for (const event of events) fold.add(event);
  return { response: fold.response, partial: fold.partial };
}

function contentOf(events: ConverseStreamEvent[]): ContentBlock[] | undefined {
  return foldOf(events).response?.output.message.content;
}

type Delta = NonNullable<ConverseStreamEvent['contentBlockDelta']>['delta'];

function delta(contentBlockIndex: number, delta: Delta): ConverseStreamEvent {
  return { contentBlockDelta: { contentBlockIndex, delta } };
}

function text(contentBlockIndex: number, text: string): ConverseStreamEvent {
  return delta(contentBlockIndex, { text });
}

/** The same events, blocks mixed as the picks say, each block's own order kept. */
function shuffled(events: ConverseStreamEvent[], picks: number[]): ConverseStreamEvent[] {
  const queues = [...Map.groupBy(events.slice(1, -2), indexOf).values()];
  const mixed: ConverseStreamEvent[] = [];
  for (let turn = 0; queues.length > 0; turn++) {
    const place = (picks[turn % picks.length] ?? 0) % queues.length;
    mixed.push(...(queues[place]?.splice(0, 1) ?? []));
    if (queues[place]?.length === 0) queues.splice(place, 1);
  }
  return [...events.slice(0, 1), ...mixed, ...events.slice(-2)];
}

function indexOf({ contentBlockStart, contentBlockDelta, contentBlockStop }: ConverseStreamEvent) {
  return (contentBlockStart ?? contentBlockDelta ?? contentBlockStop)?.contentBlockIndex;
}
