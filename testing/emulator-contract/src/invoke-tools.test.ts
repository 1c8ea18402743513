import { InvokeModelCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { createEmulator } from '@outcrop/emulator';
import { afterAll, expect, test } from 'vitest';
import { createClient } from './clients.ts';

// biome-ignore lint/suspicious/noExplicitAny: these are bodies of six kinds, and reading the wrong one fails the test.
type Json = any;
type Call = { id?: string; name: string; input: unknown };

const emulator = await createEmulator();
afterAll(() => emulator.close());
const client = createClient(emulator.url, { region: 'us-east-1' });

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const question = 'Use get_weather for Bergen.';
const functionTool = { type: 'function', function: { name: 'get_weather', parameters: schema } };

/** How a family offers a tool, is called, streams that, and is told what came of it. */
type Family = {
  modelId: string;
  ask: object;
  calls: (body: Json) => Call[];
  streamed: (chunks: Json[]) => Call[];
  stop: string;
  stopOf: (body: Json) => string;
  tell: (body: Json, result: string) => object;
  answer: (body: Json) => string;
};

const openaiLike: Omit<Family, 'modelId'> = {
  ask: { messages: [{ role: 'user', content: question }], tools: [functionTool] },
  calls: (body) => body.choices[0].message.tool_calls.map(callOf),
  streamed: (chunks) => openaiCalls(chunks.map((chunk) => chunk.choices[0].delta)),
  stop: 'tool_calls',
  stopOf: (body) => body.choices[0].finish_reason,
  tell: (body, content) => ({
    messages: [
      { role: 'user', content: question },
      body.choices[0].message,
      { role: 'tool', tool_call_id: body.choices[0].message.tool_calls[0].id, content },
    ],
    tools: [functionTool],
  }),
  answer: (body) => body.choices[0].message.content,
};

const claudeAsk = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: question }],
  tools: [{ name: 'get_weather', input_schema: schema, cache_control: { type: 'ephemeral' } }],
};
const novaAsk = {
  messages: [{ role: 'user', content: [{ text: question }] }],
  toolConfig: {
    tools: [{ toolSpec: { name: 'get_weather', inputSchema: { json: schema } } }],
    toolChoice: { any: {} },
  },
};
const commandRAsk = {
  message: question,
  tools: [
    { name: 'get_weather', description: 'Weather.', parameter_definitions: { city: { type: 'str', required: true } } },
  ],
};

const families: Record<string, Family> = {
  Claude: {
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ask: claudeAsk,
    calls: (body) => body.content.map(({ id, name, input }: Json) => ({ id, name, input })),
    streamed: (chunks) => [
      {
        ...chunks.find((chunk) => chunk.type === 'content_block_start').content_block,
        input: JSON.parse(chunks.map((chunk) => chunk.delta?.partial_json ?? '').join('')),
      },
    ],
    stop: 'tool_use',
    stopOf: (body) => body.stop_reason,
    tell: (body, content) => ({
      ...claudeAsk,
      messages: [
        ...claudeAsk.messages,
        { role: 'assistant', content: body.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: body.content[0].id, content }] },
      ],
    }),
    answer: (body) => body.content[0].text,
  },
  Nova: {
    modelId: 'amazon.nova-pro-v1:0',
    ask: novaAsk,
    calls: (body) =>
      body.output.message.content.map(({ toolUse: { toolUseId: id, name, input } }: Json) => ({ id, name, input })),
    streamed: (chunks) => [
      {
        ...chunks.find((chunk) => chunk.contentBlockStart).contentBlockStart.start.toolUse,
        input: JSON.parse(chunks.map((chunk) => chunk.contentBlockDelta?.delta.toolUse.input ?? '').join('')),
      },
    ],
    stop: 'tool_use',
    stopOf: (body) => body.stopReason,
    tell: (body, text) => ({
      messages: [
        ...novaAsk.messages,
        body.output.message,
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: body.output.message.content[0].toolUse.toolUseId, content: [{ text }] } },
          ],
        },
      ],
      toolConfig: { tools: novaAsk.toolConfig.tools },
    }),
    answer: (body) => body.output.message.content[0].text,
  },
  'Command R': {
    modelId: 'cohere.command-r-plus-v1:0',
    ask: commandRAsk,
    calls: (body) => body.tool_calls.map(({ name, parameters }: Json) => ({ name, input: parameters })),
    streamed: (chunks) =>
      chunks
        .find((chunk) => chunk.event_type === 'tool-calls-generation')
        .tool_calls.map(({ name, parameters }: Json) => ({ name, input: parameters })),
    stop: 'COMPLETE',
    stopOf: (body) => body.finish_reason,
    tell: (body, text) => ({ ...commandRAsk, tool_results: [{ call: body.tool_calls[0], outputs: [{ text }] }] }),
    answer: (body) => body.text,
  },
  'gpt-oss': { ...openaiLike, modelId: 'openai.gpt-oss-120b-1:0' },
  Jamba: { ...openaiLike, modelId: 'ai21.jamba-1-5-mini-v1:0' },
  'Mistral chat': {
    ...openaiLike,
    modelId: 'us.mistral.pixtral-large-2502-v1:0',
    streamed: (chunks) => openaiCalls(chunks.map((chunk) => chunk.choices[0].message)),
    stopOf: (body) => body.choices[0].stop_reason,
  },
};

test.each(Object.entries(families))('%s calls a tool, streamed or not, and uses its result', async (name, family) => {
  const asked = await invoke(family.modelId, family.ask);
  const call = { name: 'get_weather', input: { city: 'example' } };
  expect([family.calls(asked), family.stopOf(asked)]).toMatchObject([[call], family.stop]);
  expect(family.streamed(await stream(family.modelId, family.ask))).toMatchObject([call]);
  const told = await invoke(family.modelId, family.tell(asked, 'Rain.'));
  // Of Command R, results are objects.
  const result = name === 'Command R' ? '{"text":"Rain."}' : 'Rain.';
  expect(family.answer(told)).toBe(`The tool answered: ${result}`);
});

const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
const base64 = Buffer.from(png).toString('base64');
const imageUrl = { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } };
const imageMessages = [{ role: 'user', content: [imageUrl, { type: 'text', text: 'What is this?' }] }];

test.each<[string, string, object]>([
  [
    'Claude',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
            { type: 'text', text: 'What is this?' },
          ],
        },
      ],
    },
  ],
  [
    'Nova',
    'amazon.nova-lite-v1:0',
    {
      messages: [
        {
          role: 'user',
          content: [{ image: { format: 'png', source: { bytes: base64 } } }, { text: 'What is this?' }],
        },
      ],
    },
  ],
  [
    'Llama 4',
    'us.meta.llama4-maverick-17b-instruct-v1:0',
    {
      prompt:
        '<|begin_of_text|><|header_start|>user<|header_end|>\n\n<|image_start|><|image|><|image_end|>What is this?<|eot|><|header_start|>assistant<|header_end|>\n\n',
      images: [base64],
    },
  ],
  ['Qwen', 'qwen.qwen3-vl-235b-a22b', { messages: imageMessages }],
  ['Mistral chat', 'us.mistral.pixtral-large-2502-v1:0', { messages: imageMessages }],
])('%s is shown a picture', async (_, modelId, body) => {
  const reply = JSON.stringify(await invoke(modelId, body));
  expect(reply).toContain('I see a png image of 8 bytes. You said: ');
  expect(emulator.requests.at(-1)?.request.messages?.[0]?.content[0]).toEqual({
    image: { format: 'png', source: { bytes: png } },
  });
});

async function invoke(modelId: string, body: object): Promise<Json> {
  const reply = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
  return JSON.parse(reply.body.transformToString());
}

async function stream(modelId: string, body: object): Promise<Json[]> {
  const chunks: Json[] = [];
  const command = new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body) });
  const { body: events = [] } = await client.send(command);
  for await (const { chunk } of events) chunks.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
  return chunks;
}

function callOf({ id, function: { name, arguments: json } }: Json): Call {
  return { id, name, input: JSON.parse(json) };
}

/** Puts the pieces of calls together, as clients of OpenAI do. */
function openaiCalls(pieces: Json[]): Call[] {
  const calls: Json[] = [];
  for (const { tool_calls = [] } of pieces) {
    for (const { index, id, function: piece } of tool_calls) {
      calls[index] ??= { id, function: { name: piece.name, arguments: '' } };
      calls[index].function.arguments += piece.arguments;
    }
  }
  return calls.map(callOf);
}
