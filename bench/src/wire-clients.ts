// Each client as its users call it and as its documentation reads it, without retries: what comes of one answer is judged
// here, and not of a second one. Strands is its `Agent`, which runs the calls itself: its calls are those that were run.
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { ChatBedrockConverse } from '@langchain/aws';
import { type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { LLMManager } from '@outcrop/bedrock';
import { type Converse, type ConverseResponse, type Target, textOf, toolUsesOf } from '@outcrop/converse';
import { createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect } from '@outcrop/providers/direct';
import { Agent, BedrockModel, configureLogging, tool as strandsTool } from '@strands-agents/sdk';
import { generateText, streamText, type ToolSet, tool } from 'ai';
import { z } from 'zod';

/** What a client handed out: the text, the calls that may be run, and everything, as JSON with its bytes as base64. */
export type Outcome = { text: string; calls: string[]; all: string };

/** Rejects with whatever the client throws. */
export type Ask = { stream: () => Promise<Outcome>; call: () => Promise<Outcome> };

const question = 'Which rock is this?';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const region = 'us-east-1';
const id = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const target: Target = {
  model: 'Claude Haiku 4.5',
  id,
  region,
  route: 'geo',
  api: 'converse',
  quotaKey: 'haiku',
  traits: {},
};
const names = ['weather', 'time'];
// Where a client validates what a call is given, it has a schema to do it with.
const input = z.looseObject({});
const tools = names.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } }));
const request = { messages: [{ role: 'user' as const, content: [{ text: question }] }], toolConfig: { tools } };

export const wireClients = {
  providers: (endpoint) => ours(createBedrock({ auth: { credentials }, endpoint }).connect(target)),
  'providers, direct': (endpoint) => ours(createDirect({ auth: { credentials }, endpoint }).connect(target)),
  LLMManager: (endpoint) =>
    ours(
      new LLMManager({
        models: [id],
        regions: [region],
        endpoint,
        auth: { credentials },
        retry: { maxAttempts: 1, maxRetries: 0 },
        // A throttle is no attempt: it would wait for the quota until then.
        deadlines: { totalMs: 2_000 },
      }),
    ),
  'AWS SDK': bare,
  'AI SDK': aiSdk,
  LangChain: langChain,
  Strands: strands,
} as const satisfies Record<string, (endpoint: string) => Ask>;

export type WireClient = keyof typeof wireClients;

function ours(model: Converse): Ask {
  const outcome = (got: ConverseResponse): Outcome => ({
    text: textOf(got),
    calls: toolUsesOf(got).map((each) => call(each.name, each.input)),
    all: asJson(got),
  });
  return {
    async stream() {
      const stream = model.converseStream(request);
      let all = '';
      for await (const event of stream) all += asJson(event);
      const folded = outcome(await stream.response);
      return { ...folded, all: all + folded.all };
    },
    call: async () => outcome(await model.converse(request)),
  };
}

// The loop of AWS's examples: text as it comes, calls by their index, and run where the reason to stop is `tool_use`.
function bare(endpoint: string): Ask {
  const client = new BedrockRuntimeClient({ endpoint, region, credentials, maxAttempts: 1 });
  const asked = { modelId: id, ...request };
  return {
    async stream() {
      const { stream = [] } = await client.send(new ConverseStreamCommand(asked));
      const started = new Map<number | undefined, { name: string; json: string }>();
      const outcome: Outcome = { text: '', calls: [], all: '' };
      for await (const event of stream) {
        outcome.all += asJson(event);
        const { contentBlockStart, contentBlockDelta, messageStop } = event;
        const { toolUse } = contentBlockStart?.start ?? {};
        if (toolUse) started.set(contentBlockStart?.contentBlockIndex, { name: toolUse.name ?? '', json: '' });
        outcome.text += contentBlockDelta?.delta?.text ?? '';
        const growing = started.get(contentBlockDelta?.contentBlockIndex);
        if (growing) growing.json += contentBlockDelta?.delta?.toolUse?.input ?? '';
        if (messageStop?.stopReason === 'tool_use') {
          outcome.calls = [...started.values()].map(({ name, json }) => call(name, JSON.parse(json || '{}')));
        }
      }
      return outcome;
    },
    async call() {
      const got = await client.send(new ConverseCommand(asked));
      const content = got.output?.message?.content ?? [];
      const uses = content.flatMap(({ toolUse }) => (toolUse ? [call(toolUse.name ?? '', toolUse.input)] : []));
      const texts = content.map(({ text, citationsContent }) => {
        return text ?? citationsContent?.content?.map((piece) => piece.text).join('') ?? '';
      });
      return { text: texts.join(''), calls: got.stopReason === 'tool_use' ? uses : [], all: asJson(got) };
    },
  };
}

function aiSdk(baseURL: string): Ask {
  const model = createAmazonBedrock({ ...credentials, region, baseURL })(id);
  const set: ToolSet = Object.fromEntries(names.map((name) => [name, tool({ inputSchema: input })]));
  const asked = { model, tools: set, prompt: question, maxRetries: 0, onError() {} };
  return {
    async stream() {
      const outcome: Outcome = { text: '', calls: [], all: '' };
      for await (const part of streamText(asked).fullStream) {
        outcome.all += asJson(part);
        if (part.type === 'text-delta') outcome.text += part.text;
        if (part.type === 'tool-call' && !part.invalid) outcome.calls.push(call(part.toolName, part.input));
        if (part.type === 'error') throw part.error;
      }
      return outcome;
    },
    async call() {
      const { text, toolCalls, steps } = await generateText(asked);
      const valid = toolCalls.filter((each) => !each.invalid);
      return { text, calls: valid.map((each) => call(each.toolName, each.input)), all: asJson(steps) };
    },
  };
}

function langChain(endpoint: string): Ask {
  // Its own way to say an endpoint speaks TLS only.
  const client = new BedrockRuntimeClient({ endpoint, region, credentials, maxAttempts: 1 });
  const chat = new ChatBedrockConverse({ model: id, region, credentials, client, maxRetries: 0 });
  const model = chat.bindTools(names.map((name) => ({ name, description: name, schema: input })));
  const outcome = (got: AIMessageChunk | undefined): Outcome => ({
    text: got?.text ?? '',
    calls: (got?.tool_calls ?? []).map(({ name, args }) => call(name, args)),
    all: asJson(got),
  });
  return {
    async stream() {
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await model.stream([new HumanMessage(question)])) whole = whole?.concat(chunk) ?? chunk;
      return outcome(whole);
    },
    call: async () => outcome(await model.invoke([new HumanMessage(question)])),
  };
}

function strands(endpoint: string): Ask {
  const silent = () => {};
  configureLogging({ debug: silent, info: silent, warn: silent, error: silent });
  const ask = async (stream: boolean): Promise<Outcome> => {
    const outcome: Outcome = { text: '', calls: [], all: '' };
    const asked = names.map((name) => {
      const callback = (given: object) => {
        outcome.calls.push(call(name, given));
        return 'done';
      };
      return strandsTool({ name, description: name, inputSchema: input, callback });
    });
    const clientConfig = { endpoint, credentials, maxAttempts: 1 };
    const model = new BedrockModel({ region, modelId: id, clientConfig, stream });
    const agent = new Agent({ model, tools: asked, printer: false, retryStrategy: null });
    // One turn: after the calls nobody asks the model again.
    for await (const event of agent.stream(question, { limits: { turns: 1 } })) outcome.all += asJson(event);
    const { content = [] } = agent.messages.findLast(({ role }) => role === 'assistant') ?? {};
    outcome.text = content
      .map((block) => {
        if (block.type === 'textBlock') return block.text;
        return block.type === 'citationsBlock' ? block.content.map((piece) => piece.text).join('') : '';
      })
      .join('');
    return outcome;
  };
  return { stream: () => ask(true), call: () => ask(false) };
}

function call(name: string, given: unknown): string {
  return `${name}(${JSON.stringify(given)})`;
}

function asJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, shown) {
    const held = this[key];
    return held instanceof Uint8Array ? Buffer.from(held).toString('base64') : shown;
  });
}
