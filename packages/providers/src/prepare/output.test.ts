import type { ConverseRequest, ConverseStreamEvent, JsonValue, ModelTraits, OutputRung } from '@outcrop/converse';
import { createFold, parseObject, textOf } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { type PreparedRequest, type PrepareOptions, prepareRequest } from '@outcrop/providers';
import { describe, expect, test } from 'vitest';

const closed = {
  type: 'object',
  properties: { rock: { type: 'string' } },
  required: ['rock'],
  additionalProperties: false,
};
const { additionalProperties: _, ...open } = closed;
const tool = { toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } };

function asking(schema: JsonValue, rest: ConverseRequest = {}, name?: string): ConverseRequest {
  const jsonSchema = { schema: JSON.stringify(schema), ...(name && { name }) };
  return {
    messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }],
    ...rest,
    outputConfig: { ...rest.outputConfig, textFormat: { type: 'json_schema', structure: { jsonSchema } } },
  };
}

const noNative: ModelTraits = { structuredOutput: false };
const onlyAuto: ModelTraits = { structuredOutput: false, tools: { choices: ['auto'] } };

describe('the rung', () => {
  test.each<[OutputRung, string, ModelTraits, JsonValue, ConverseRequest, PrepareOptions, string]>([
    ['native', 'nothing is known', {}, closed, {}, {}, ''],
    ['native', 'the model has it', { structuredOutput: true }, closed, {}, {}, ''],
    [
      'strict_tool',
      'the model has none of its own',
      noNative,
      closed,
      {},
      {},
      'the model has no structured output of its own',
    ],
    [
      'strict_tool',
      'a higher one was refused',
      {},
      closed,
      {},
      { rung: 'strict_tool' },
      'a higher rung was not wanted',
    ],
    [
      'tool',
      'the schema is open',
      {},
      open,
      {},
      {},
      'an object in the schema does not say `additionalProperties: false`',
    ],
    [
      'tool',
      'a keyword has no grammar',
      {},
      { ...closed, properties: { rock: { type: 'string', minLength: 1 } } },
      {},
      {},
      'the schema uses `minLength`',
    ],
    [
      'tool',
      'the schema is recursive',
      {},
      {
        ...closed,
        properties: { rock: { $ref: '#/$defs/rock' } },
        $defs: { rock: { anyOf: [{ $ref: '#/$defs/rock' }] } },
      },
      {},
      {},
      'the schema is recursive',
    ],
    [
      'tool',
      'a reference leads out',
      {},
      { ...closed, properties: { rock: { $ref: 'http://a' } } },
      {},
      {},
      'a `$ref` leads out of the schema',
    ],
    [
      'tool',
      'strict is refused',
      { structuredOutput: false, tools: { strict: false } },
      closed,
      {},
      {},
      'the model has no structured output of its own',
    ],
    [
      'instruction',
      'there are no tools',
      { structuredOutput: false, tools: { supported: false } },
      closed,
      {},
      {},
      'the model has no structured output of its own',
    ],
    ['instruction', 'no tool can be forced', onlyAuto, closed, {}, {}, 'the model has no structured output of its own'],
    ['instruction', 'the schema is of a list', {}, { type: 'array', minItems: 2 }, {}, {}, '`minItems` is more than 1'],
    [
      'instruction',
      'another tool is forced',
      noNative,
      closed,
      { toolConfig: { tools: [tool], toolChoice: { any: {} } } },
      {},
      'the model has no structured output of its own',
    ],
    [
      'instruction',
      'it thinks, and then no tool can be forced',
      { structuredOutput: false, reasoning: { forcedTools: false } },
      closed,
      { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } },
      {},
      'the model has no structured output of its own',
    ],
    [
      'strict_tool',
      'citations are on',
      {},
      closed,
      {
        messages: [
          {
            role: 'user',
            content: [
              { text: '?' },
              {
                document: {
                  format: 'pdf',
                  name: 'a',
                  source: { bytes: Uint8Array.of(1) },
                  citations: { enabled: true },
                },
              },
            ],
          },
        ],
      },
      {},
      'citations are on, and it has no structured output beside them',
    ],
    ['instruction', 'it is asked for', {}, closed, {}, { rung: 'instruction' }, 'a higher rung was not wanted'],
  ])('is %s when %s', (rung, _, traits, schema, rest, options, why) => {
    const request = asking(schema, rest);
    const prepared = prepareRequest(request, traits, options);
    expect(prepared.rung).toBe(rung);
    if (rung === 'native') {
      expect(prepared.request).toBe(request);
      expect(prepared.warnings).toEqual([]);
    } else {
      expect(prepared.request.outputConfig).toBeUndefined();
      expect(prepared.warnings).toEqual([
        {
          code: 'structured_output',
          message: `The answer's JSON was asked for in another way than the model's own. The rung is ${rung}: ${why}.`,
          path: 'outputConfig.textFormat',
        },
      ]);
    }
    const again = prepareRequest(prepared.request, traits);
    expect(again.request).toBe(prepared.request);
  });

  test('a schema whose references double at each step is looked at once', () => {
    const $defs: Record<string, JsonValue> = { r0: { type: 'string' } };
    for (let i = 1; i < 40; i++)
      $defs[`r${i}`] = { anyOf: [{ $ref: `#/$defs/r${i - 1}` }, { $ref: `#/$defs/r${i - 1}` }] };
    const schema = { ...closed, properties: { rock: { $ref: '#/$defs/r39' } }, $defs };
    expect(prepareRequest(asking(schema), {}).rung).toBe('native');
  });
});

describe('is asked for', () => {
  const base = { messages: asking(closed).messages };

  test('by a tool that is forced by its name, and goes by that of the schema', () => {
    const { request } = prepareRequest(asking({ $schema: 'x', ...closed }, {}, 'rock'), noNative);
    expect(request).toEqual({
      ...base,
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'rock',
              description: 'Call this to give your answer, and give it nowhere else.',
              inputSchema: { json: closed },
              strict: true,
            },
          },
        ],
        toolChoice: { tool: { name: 'rock' } },
      },
    });
  });

  test('by one more tool, of which any is forced, beside those of the caller', () => {
    const { request } = prepareRequest(asking(open, { toolConfig: { tools: [tool] } }, 'look'), {});
    expect(request.toolConfig).toEqual({
      tools: [
        tool,
        {
          toolSpec: {
            name: 'look_2',
            description: 'Call this to give your answer, and give it nowhere else.',
            inputSchema: { json: open },
          },
        },
      ],
      toolChoice: { any: {} },
    });
  });

  test('by words behind the system prompt, or to the user where there is none, and effort stays', () => {
    const text = `Answer with JSON only: no other text, no code fence. The JSON has to fit this JSON Schema:\n${JSON.stringify(closed)}`;
    const given = asking(closed, { system: [{ text: 'Be brief.' }], outputConfig: { effort: 'low' } });
    expect(prepareRequest(given, onlyAuto).request).toEqual({
      ...base,
      system: [{ text: 'Be brief.' }, { text }],
      outputConfig: { effort: 'low' },
    });
    expect(prepareRequest(asking(closed), { ...onlyAuto, systemPrompt: false }).request).toEqual({
      messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }, { text }] }],
    });
  });
});

describe('comes back as text', () => {
  const byTool = (rest: ConverseRequest = {}) => prepareRequest(asking(closed, rest), noNative);
  const byWords = () => prepareRequest(asking(closed), onlyAuto);
  const answer = toolCall('answer', { rock: 'granite "grey"' });
  const json = '{"rock":"granite \\"grey\\""}';

  test.each<[string, PreparedRequest, ReturnType<typeof reply>, ReturnType<typeof reply>]>([
    ['the input of the tool', byTool(), reply(answer), reply(json)],
    ['an input without anything in it', byTool(), reply(toolCall('answer')), reply('{}')],
    ['without what is said before and behind', byTool(), reply('Sure:', answer, 'There.'), reply(json)],
    ['with the reasoning before it', byTool(), reply(thought(), answer), reply(thought(), json)],
    ['only once', byTool(), reply(answer, toolCall('answer', {}, 'b')), reply(json)],
    ['text, where the model did not call it', byTool(), reply('No.'), reply('No.')],
    [
      'with the call of another tool, which is still to be answered',
      byTool({ toolConfig: { tools: [tool] } }),
      reply(answer, toolCall('look')),
      { ...reply(json, toolCall('look')), stopReason: 'tool_use' },
    ],
    [
      'not at all, where only another tool is called',
      byTool({ toolConfig: { tools: [tool] } }),
      reply('Let me look.', toolCall('look')),
      reply('Let me look.', toolCall('look')),
    ],
    [
      'cut, with the reason of it',
      byTool(),
      { ...reply(toolCall('answer', '{"rock":"gra')), stopReason: 'max_tokens' },
      { ...reply('{"rock":"gra'), stopReason: 'max_tokens' },
    ],
    ['without a fence', byWords(), reply('```json\n{"rock":1}\n```'), reply('{"rock":1}')],
    ['without a fence and what is behind', byWords(), reply(' \n```\n{\n"a":1}\n``` \nSo.'), reply('{\n"a":1}')],
    ['as it is, where there is none', byWords(), reply(' {"rock":"```"} '), reply(' {"rock":"```"} ')],
    ['as it is, where a fence never began', byWords(), reply('``'), reply('``')],
    ['from a fence that never ended', byWords(), reply('```json\n{"rock":\n``'), reply('{"rock":\n``')],
    ['even if nothing came', byWords(), reply(), reply()],
  ])('%s', (_, prepared, given, expected) => {
    expect(prepared.restoreReply(given)).toEqual(expected);
    for (const pieceLength of [1, 2, 3, 7, 1000]) {
      expect(streamed(prepared, eventsOf(given, { pieceLength }))).toEqual(expected);
    }
  });

  test('a reply that was not whole is told of no more than what is left of it', () => {
    const given = {
      ...reply('Hm', toolCall('answer', '{'), toolCall('look', '{')),
      incomplete: [
        { contentIndex: 1, reason: 'invalid_json' as const },
        { contentIndex: 2, reason: 'cut' as const },
      ],
    };
    expect(byTool({ toolConfig: { tools: [tool] } }).restoreReply(given)).toMatchObject({
      output: { message: { content: [{ text: '{' }, { toolUse: { name: 'look' } }] } },
      incomplete: [{ contentIndex: 1, reason: 'cut' }],
    });
  });

  test('and streams, piece by piece', () => {
    const restore = byTool().restoreEvents();
    const texts = eventsOf(reply(answer), { pieceLength: 5 }).flatMap((event) =>
      restore(event).map((each) => each.contentBlockDelta?.delta.text ?? Object.keys(each)[0]),
    );
    expect(texts).toEqual([
      'messageStart',
      '{"roc',
      'k":"g',
      'ranit',
      'e \\"g',
      'rey\\"',
      '"}',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
  });

  test('so that parseObject reads it', async () => {
    const restored = byTool().restoreReply(reply('Sure:', answer));
    expect(textOf(restored)).toBe(json);
    expect(await parseObject(restored, closed)).toEqual({ rock: 'granite "grey"' });
  });

  function thought() {
    return { reasoningContent: { reasoningText: { text: 'Grey.', signature: 's' } } };
  }
});

test('a type of format that nobody knows yet goes as it is', () => {
  const request = { ...asking(closed), outputConfig: { textFormat: { type: 'grammar' } as never } };
  expect(prepareRequest(request, noNative).request).toBe(request);
});

test('names of tools come back', () => {
  const prepared = prepareRequest(
    {
      messages: [{ role: 'user', content: [{ text: '?' }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'rock.look', inputSchema: { json: { type: 'object' } } } }] },
    },
    {},
  );
  const wire = reply('Hm', toolCall('rock_look', { a: 1 }), toolCall('other'));
  const expected = reply('Hm', toolCall('rock.look', { a: 1 }, 'tooluse_rock_look'), toolCall('other'));
  expect(prepared.restoreReply(wire)).toEqual(expected);
  expect(streamed(prepared, eventsOf(wire))).toEqual(expected);
});

test('where nothing was changed, nothing is restored', () => {
  const prepared = prepareRequest({ messages: [{ role: 'user', content: [{ text: '?' }] }] }, {});
  const given = reply('Granite.');
  expect(prepared.restoreReply(given)).toBe(given);
  const restore = prepared.restoreEvents();
  for (const event of eventsOf(given)) expect(restore(event)[0]).toBe(event);
});

function streamed({ restoreEvents }: PreparedRequest, events: readonly ConverseStreamEvent[]) {
  const fold = createFold();
  const restore = restoreEvents();
  for (const event of events) for (const restored of restore(event)) fold.add(restored);
  return fold.response;
}
