import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConverseError, type ConverseRequest, reasoningOf, textOf, toolUsesOf } from '@outcrop/converse';
import { createEmulator, upstream } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const target = { model: 'Nova Pro', id: 'amazon.nova-pro-v1:0', region: 'us-east-1', route: 'in_region' };
const request: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] };

type Answer = (asked: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => void;

/** A small server that speaks OpenAI's chat completions, and an emulator before it. */
async function start(answer: Answer) {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ url: request.url, authorization: request.headers.authorization, ...body });
    answer(body, response, request);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const emulator = await createEmulator({ respond: upstream({ url, model: 'llama3.2', apiKey: 'key' }) });
  onTestFinished(async () => {
    await emulator.close();
    server.closeAllConnections();
    server.close();
  });
  return { asked, model: emulator.connect(target) };
}

const usage = { prompt_tokens: 7, completion_tokens: 3 };

function whole(message: object, finish_reason = 'stop'): Answer {
  return (_, response) => response.end(JSON.stringify({ choices: [{ message, finish_reason }], usage }));
}

/** The deltas as a stream, in pieces that are cut anywhere. */
function streamed(deltas: object[], finish_reason = 'stop', end = 'data: [DONE]\n\n'): Answer {
  return (_, response) => {
    const chunks = [
      ...deltas.map((delta) => ({ choices: [{ delta, finish_reason: null }] })),
      ...(finish_reason ? [{ choices: [{ delta: {}, finish_reason }] }, { choices: [], usage }] : []),
    ];
    const text = `: hello\n\n${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')}${end}`;
    for (let at = 0; at < text.length; at += 7) response.write(text.slice(at, at + 7));
    response.end();
  };
}

test('hands on what was asked, and gives the answer back', async () => {
  const { model, asked } = await start(whole({ content: 'Granite.' }));
  const reply = await model.converse({
    system: [{ text: 'Be brief.' }],
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Which?' },
          { image: { format: 'png', source: { bytes: new Uint8Array([137, 80, 78, 71]) } } },
          { document: { format: 'md', name: 'Notes', source: { bytes: Buffer.from('Hard.') } } },
        ],
      },
    ],
    inferenceConfig: { maxTokens: 9, temperature: 0, topP: 0.5, stopSequences: ['x'] },
  });
  expect(textOf(reply)).toBe('Granite.');
  expect([reply.stopReason, reply.usage]).toEqual(['end_turn', { inputTokens: 7, outputTokens: 3, totalTokens: 10 }]);
  expect(asked).toEqual([
    {
      url: '/v1/chat/completions',
      authorization: 'Bearer key',
      model: 'llama3.2',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Which?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
            { type: 'text', text: '[Notes]\nHard.' },
          ],
        },
      ],
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      stop: ['x'],
    },
  ]);
});

test('streams what comes, cut anywhere', async () => {
  const { model, asked } = await start(
    streamed([{ reasoning_content: 'Hm.' }, { content: 'Gran' }, { content: 'ite – 花崗岩.' }]),
  );
  const stream = model.converseStream(request);
  const reply = await stream.response;
  expect([reasoningOf(reply), textOf(reply), reply.stopReason]).toEqual(['Hm.', 'Granite – 花崗岩.', 'end_turn']);
  expect(reply.usage).toEqual({ inputTokens: 7, outputTokens: 3, totalTokens: 10 });
  expect(asked[0]).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

const toolConfig = {
  tools: [{ toolSpec: { name: 'weather', description: 'Now.', inputSchema: { json: { type: 'object' } } } }],
};
const calls = [
  { index: 0, id: 'call_a', function: { name: 'weather', arguments: '{"city":"Bergen"}' } },
  { index: 1, id: 'call_b', function: { name: 'weather', arguments: '' } },
];
const expectedCalls = [
  { toolUseId: 'call_a', name: 'weather', input: { city: 'Bergen' } },
  { toolUseId: 'call_b', name: 'weather', input: {} },
];

test('offers tools, and calls them', async () => {
  const { model, asked } = await start(whole({ content: null, tool_calls: calls }, 'tool_calls'));
  const reply = await model.converse({ ...request, toolConfig: { ...toolConfig, toolChoice: { any: {} } } });
  expect([toolUsesOf(reply), reply.stopReason]).toEqual([expectedCalls, 'tool_use']);
  expect(asked[0]).toMatchObject({
    tools: [{ type: 'function', function: { name: 'weather', description: 'Now.', parameters: { type: 'object' } } }],
    tool_choice: 'required',
  });
});

test('calls tools in a stream', async () => {
  const [first, second] = calls;
  const pieces = [
    { content: 'Let me look.' },
    { tool_calls: [{ ...first, function: { name: 'weather', arguments: '{"ci' } }] },
    { tool_calls: [{ index: 0, function: { arguments: 'ty":"Bergen"}' } }] },
    { tool_calls: [second] },
  ];
  const { model } = await start(streamed(pieces, 'tool_calls'));
  const reply = await model.converseStream({ ...request, toolConfig }).response;
  expect([textOf(reply), toolUsesOf(reply), reply.stopReason]).toEqual(['Let me look.', expectedCalls, 'tool_use']);
});

test('hands results of tools on', async () => {
  const { model, asked } = await start(whole({ content: 'It rains.' }));
  const [toolUse] = expectedCalls;
  await model.converse({
    toolConfig,
    messages: [
      ...(request.messages ?? []),
      { role: 'assistant', content: toolUse ? [{ toolUse }] : [] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'call_a', content: [{ json: { rain: true } }] } }] },
    ],
  });
  expect(asked[0]?.['messages']).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Which rock?' }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bergen"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_a', content: '{"rain":true}' },
  ]);
});

test('asks for JSON of a schema', async () => {
  const { model, asked } = await start(whole({ content: '{}' }));
  const schema = JSON.stringify({ type: 'object', additionalProperties: false });
  const textFormat = { type: 'json_schema' as const, structure: { jsonSchema: { schema, name: 'rock' } } };
  await model.converse({ ...request, outputConfig: { textFormat } });
  expect(asked[0]?.['response_format']).toEqual({
    type: 'json_schema',
    json_schema: { name: 'rock', schema: { type: 'object', additionalProperties: false }, strict: true },
  });
});

test.each<[string, Answer, string]>([
  ['429', (_, response) => response.writeHead(429).end(), 'throttled'],
  ['503', (_, response) => response.writeHead(503).end(), 'unavailable'],
  ['404', (_, response) => response.writeHead(404).end(), 'unknown_model'],
  ['400', (_, response) => response.writeHead(400).end(), 'invalid_request'],
  ['500', (_, response) => response.writeHead(500).end(), 'model_error'],
  ['no JSON', (_, response) => response.end('<html>'), 'model_error'],
  ['no choices', (_, response) => response.end('{}'), 'model_error'],
  ['a reset', (_, __, { socket }) => void socket.resetAndDestroy(), 'unavailable'],
])('makes of %s an error of Bedrock', async (_, answer, code) => {
  const { model } = await start(answer);
  expect(await codeOf(model.converse(request))).toBe(code);
});

test.each<[string, object[]]>([
  ['with numbers', [{ index: 0, id: 'a' }, { index: 0 }, { index: 1, id: 'b' }]],
  ['without', [{ id: 'a' }, {}, { id: 'b' }]],
])('tells tool calls of one answer apart, %s, though the server says that it stops', async (_, [a, more, b]) => {
  const call = (said: object | undefined, json: string) => ({
    tool_calls: [{ ...said, function: { name: 'scratch', arguments: json } }],
  });
  const { model } = await start(streamed([call(a, '{"a"'), call(more, ':1}'), call(b, '{"b":2}')]));
  const reply = await model.converseStream(request).response;
  expect([reply.stopReason, toolUsesOf(reply)]).toEqual([
    'tool_use',
    [
      { toolUseId: 'a', name: 'scratch', input: { a: 1 } },
      { toolUseId: 'b', name: 'scratch', input: { b: 2 } },
    ],
  ]);
});

test('takes what servers take for a text and for arguments, and counts by its own rule where they do not count', async () => {
  const content = [
    { type: 'text', text: 'Gran' },
    { type: 'text', text: 'ite.' },
  ];
  const tool_calls = [{ id: 'a', function: { name: 'scratch', arguments: { hard: true } } }];
  const chunk = { choices: [{ delta: { content, tool_calls }, finish_reason: 'stop' }] };
  for (const isStream of [false, true]) {
    const { model } = await start((_, response) => {
      if (isStream) response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
      else
        response.end(
          JSON.stringify({
            choices: [{ message: { content, tool_calls }, finish_reason: 'stop' }],
            usage: { prompt_tokens: 'a', completion_tokens: -4 },
          }),
        );
    });
    const reply = await (isStream ? model.converseStream(request).response : model.converse(request));
    expect([textOf(reply), toolUsesOf(reply)[0]?.input, reply.usage]).toEqual([
      'Granite.',
      { hard: true },
      isStream
        ? { inputTokens: 3, outputTokens: 6, totalTokens: 9 }
        : { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    ]);
  }
});

test.each<[string, Answer, string]>([
  ['is a page', (_, response) => response.end('<html>'), 'model_error'],
  ['is nothing', (_, response) => response.end(), 'model_error'],
  ['holds a number for a text', streamed([{ content: 5 }]), 'model_error'],
  ['has a line without end', (_, response) => response.end(`data: ${'x'.repeat(17_000_000)}`), 'model_error'],
  ['ends without a reason', streamed([{ content: 'Gran' }], ''), 'stream_truncated'],
  ['holds no JSON', streamed([{ content: 'Gran' }], '', 'data: granite\n\n'), 'model_error'],
  ['says that it failed', streamed([], '', 'data: {"error":{"message":"no"}}\n\n'), 'model_error'],
])('makes of a stream that %s an error of Bedrock', async (_, answer, code) => {
  const { model } = await start(answer);
  expect(await codeOf(model.converseStream(request).response)).toBe(code);
});

test('refuses what it cannot hand on', async () => {
  const { model, asked } = await start(whole({ content: 'Granite.' }));
  const document = { format: 'pdf' as const, name: 'Report', source: { bytes: Buffer.from('%PDF-1.4') } };
  const content = [{ text: 'Which?' }, { document }];
  expect(await codeOf(model.converse({ messages: [{ role: 'user', content }] }))).toBe('invalid_request');
  expect(asked).toEqual([]);
});

test('leaves the server when its client leaves', async () => {
  const left = Promise.withResolvers<void>();
  const { model } = await start((_, response) => {
    response.on('close', () => left.resolve());
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'Gran' } }] })}\n\n`);
  });
  for await (const _ of model.converseStream(request)) break;
  await left.promise;
});

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: ConverseError) => error.code,
  );
}
