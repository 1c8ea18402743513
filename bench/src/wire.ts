// What each client makes of answers that are not as they should be: cut, broken, refused in the middle, or of a kind that
// came yesterday. Not what they cost but whether they are right: the whole text, the calls that may be run and no others,
// and an error where the answer is none. The bare SDK is read by the loop that its users write.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { ChatBedrockConverse } from '@langchain/aws';
import { type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { type Target, textOf, toolUsesOf } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { type BedrockService, createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect } from '@outcrop/providers/direct';
import { generateText, jsonSchema, streamText, type ToolSet, tool } from 'ai';
import { type WireCase, wireCases } from './wire-cases.ts';

/** What a client handed out: text, the calls that it says may be run, and all of it as JSON. */
type Outcome = { text: string; calls: string[]; all: string };

type Ask = { stream: () => Promise<Outcome>; call: () => Promise<Outcome> };

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
const schema = { type: 'object', properties: {} } as const;
const names = ['weather', 'time'];

const clients: Record<string, (endpoint: string) => Ask> = {
  'providers, sdk': (endpoint) => ours(createBedrock({ auth: { credentials }, endpoint })),
  'providers/direct': (endpoint) => ours(createDirect({ auth: { credentials }, endpoint })),
  'AWS SDK': bare,
  'AI SDK': aiSdk,
  LangChain: langChain,
};

// An answer that has not come by then never will.
const longestMs = 10_000;

const results = new Map<string, string[]>(Object.keys(clients).map((name) => [name, []]));
console.log(`| | ${Object.keys(clients).join(' | ')} |\n|---${'|---'.repeat(results.size)}|`);
for (const each of wireCases) {
  const row: string[] = [];
  for (const [name, create] of Object.entries(clients)) {
    const verdict = await judge(each, create);
    results.get(name)?.push(verdict);
    row.push(verdict);
  }
  console.log(`| ${each.name} | ${row.join(' | ')} |`);
}
const right = [...results.values()].map((verdicts) => verdicts.filter((verdict) => verdict === 'right').length);
console.log(`| **right, of ${wireCases.length}** | ${right.map((count) => `**${count}**`).join(' | ')} |`);
process.exit();

/** `right`, or what was wrong. */
async function judge({ answer, whole, right }: WireCase, create: (endpoint: string) => Ask): Promise<string> {
  await using service = await serve(answer);
  const { stream, call } = create(service.url);
  const late = setTimeout(longestMs, 'late' as const, { ref: false });
  const outcome = await Promise.race([(whole ? call() : stream()).catch(failure), late]);
  if (outcome === 'late') return 'hangs';
  if ('failed' in outcome) {
    if (!('error' in right)) return 'an error';
    return right.error.test(outcome.failed) ? 'right' : 'another error';
  }
  if ('error' in right) return outcome.calls.length > 0 ? 'a call that may be run' : 'no error';
  const { text, calls = [], words = '' } = right;
  if (outcome.calls.join() !== calls.join())
    return outcome.calls.length > calls.length ? 'a call that may be run' : 'calls lost';
  if (outcome.text !== text) return 'another text';
  return outcome.all.includes(words) ? 'right' : 'words lost';
}

/** All that an error says of itself that a handler could look at. */
function failure(error: unknown): { failed: string } {
  const { name, code, statusCode, $metadata } = error as Record<string, unknown> & { $metadata?: object };
  return { failed: JSON.stringify([name, code, statusCode, $metadata, String(error), JSON.stringify(error)]) };
}

async function serve(answer: WireCase['answer']): Promise<{ url: string } & AsyncDisposable> {
  if (typeof answer !== 'object' || !('body' in answer)) {
    const emulator = await createEmulator();
    emulator.when().always(answer);
    return emulator;
  }
  const server = createServer((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function ours(bedrock: BedrockService): Ask {
  const model = bedrock.connect(target);
  const tools = names.map((name) => ({ toolSpec: { name, inputSchema: { json: schema } } }));
  const request = { messages: [{ role: 'user' as const, content: [{ text: question }] }], toolConfig: { tools } };
  const outcome = (got: Awaited<ReturnType<typeof model.converse>>): Outcome => ({
    text: textOf(got),
    calls: toolUsesOf(got).map(({ name, input }) => call(name, input)),
    all: JSON.stringify(got.output),
  });
  return {
    stream: async () => outcome(await model.converseStream(request).response),
    call: async () => outcome(await model.converse(request)),
  };
}

function bare(endpoint: string): Ask {
  const client = new BedrockRuntimeClient({ endpoint, region, credentials, maxAttempts: 1 });
  const tools = names.map((name) => ({ toolSpec: { name, inputSchema: { json: schema } } }));
  const input = {
    modelId: id,
    messages: [{ role: 'user' as const, content: [{ text: question }] }],
    toolConfig: { tools },
  };
  return {
    async stream() {
      const { stream = [] } = await client.send(new ConverseStreamCommand(input));
      const started = new Map<number | undefined, { name: string; input: string }>();
      const calls: string[] = [];
      let text = '';
      let all = '';
      for await (const event of stream) {
        all += JSON.stringify(event);
        const { contentBlockStart, contentBlockDelta, contentBlockStop } = event;
        const { toolUse } = contentBlockStart?.start ?? {};
        if (toolUse) started.set(contentBlockStart?.contentBlockIndex, { name: toolUse.name ?? '', input: '' });
        text += contentBlockDelta?.delta?.text ?? '';
        const growing = started.get(contentBlockDelta?.contentBlockIndex);
        if (growing) growing.input += contentBlockDelta?.delta?.toolUse?.input ?? '';
        const ended = started.get(contentBlockStop?.contentBlockIndex);
        if (contentBlockStop && ended) calls.push(call(ended.name, JSON.parse(ended.input || '{}')));
      }
      return { text, calls, all };
    },
    async call() {
      const { output } = await client.send(new ConverseCommand(input));
      const content = output?.message?.content ?? [];
      const calls = content.flatMap(({ toolUse }) => (toolUse ? [call(toolUse.name ?? '', toolUse.input)] : []));
      return { text: content.map(({ text = '' }) => text).join(''), calls, all: JSON.stringify(output) };
    },
  };
}

function aiSdk(baseURL: string): Ask {
  const model = createAmazonBedrock({ ...credentials, region, baseURL })(id);
  const tools = Object.fromEntries(names.map((name) => [name, tool({ inputSchema: jsonSchema(schema) })])) as ToolSet;
  const asked = { model, tools, prompt: question, maxRetries: 0, onError() {} };
  return {
    async stream() {
      const outcome: Outcome = { text: '', calls: [], all: '' };
      for await (const part of streamText(asked).fullStream) {
        outcome.all += JSON.stringify(part);
        if (part.type === 'text-delta') outcome.text += part.text;
        if (part.type === 'tool-call' && !('invalid' in part && part.invalid))
          outcome.calls.push(call(part.toolName, part.input));
        if (part.type === 'error') throw part.error;
      }
      return outcome;
    },
    async call() {
      const { text, toolCalls, content } = await generateText(asked);
      const calls = toolCalls.filter((each) => !('invalid' in each && each.invalid));
      return { text, calls: calls.map(({ toolName, input }) => call(toolName, input)), all: JSON.stringify(content) };
    },
  };
}

function langChain(endpoint: string): Ask {
  process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] = endpoint;
  const chat = new ChatBedrockConverse({ model: id, region, credentials, maxRetries: 0 });
  const model = chat.bindTools(names.map((name) => ({ name, description: name, schema })));
  const outcome = (got: AIMessageChunk | undefined): Outcome => ({
    text: got?.text ?? '',
    calls: (got?.tool_calls ?? []).map(({ name, args }) => call(name, args)),
    all: JSON.stringify(got),
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

function call(name: string, input: unknown): string {
  return `${name}(${JSON.stringify(input)})`;
}
