// What a call and an event cost through each way to Bedrock, beside the AWS SDK's own client: CPU time of a process that
// does nothing else, against the emulator in another one. Rounds are interleaved, and the medians of the ratios stand
// in the table. More peers are more lines in `clients`; each is loaded by the process that measures it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseRequest, Target } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { createEmulator } from '@outcrop/emulator';
import { type BedrockService, createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect } from '@outcrop/providers/direct';
import { createBedrock as createDirectNode } from '@outcrop/providers/direct/node';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const rounds = 3;
const concurrencies = [1, 10, 100];
const eventsPerStream = 500;
const scenes = {
  call: { count: 600, warmUp: 600 },
  stream: { count: 20, warmUp: 10 },
  document: { count: 12, warmUp: 6 },
} as const;
type Scene = keyof typeof scenes;

/** Sends one request and reads all of its answer. Gives the number of events. */
type Send = (request: ConverseRequest) => Promise<number>;
type Client = { call: Send; stream: Send; close(): void };

const auth = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' } };
const target: Target = {
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'eu-west-2',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'nova',
  traits: {},
};

const clients: Record<string, (endpoint: string) => Client | Promise<Client>> = {
  'AWS SDK, as it comes': (endpoint) => bare(endpoint, {}),
  'AWS SDK, at its best': (endpoint) =>
    bare(endpoint, {
      requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 128 }) }),
      cacheMiddleware: true,
    }),
  'providers, sdk': (endpoint) => ours(createBedrock({ auth, endpoint })),
  'providers/direct/node': (endpoint) => ours(createDirectNode({ auth, endpoint })),
  'providers/direct, fetch': (endpoint) => ours(createDirect({ auth, endpoint })),
  'AI SDK': aiSdk,
  LangChain: langChain,
};

function bare(endpoint: string, config: object): Client {
  const { credentials } = auth;
  const client = new BedrockRuntimeClient({ endpoint, region: target.region, credentials, maxAttempts: 1, ...config });
  const input = (request: ConverseRequest) => ({ modelId: target.id, ...request }) as never;
  return {
    async call(request) {
      await client.send(new ConverseCommand(input(request)));
      return 1;
    },
    async stream(request) {
      const { stream } = await client.send(new ConverseStreamCommand(input(request)));
      return count(stream as AsyncIterable<unknown>);
    },
    close: () => client.destroy(),
  };
}

function ours(bedrock: BedrockService): Client {
  const model = bedrock.connect(target);
  return {
    async call(request) {
      await model.converse(request);
      return 1;
    },
    stream: (request) => count(model.converseStream(request)),
    close: () => void bedrock.close(),
  };
}

async function aiSdk(baseURL: string): Promise<Client> {
  const [{ createAmazonBedrock }, { generateText, streamText }] = await Promise.all([
    import('@ai-sdk/amazon-bedrock'),
    import('ai'),
  ]);
  const model = createAmazonBedrock({ ...auth.credentials, region: target.region, baseURL })(target.id);
  const ask = ({ messages = [] }: ConverseRequest) => {
    const content = (messages[0]?.content ?? []).map(({ text = '', document }) => {
      if (!document) return { type: 'text' as const, text };
      const data = document.source.bytes ?? '';
      return { type: 'file' as const, mediaType: 'application/pdf', filename: document.name, data };
    });
    return { model, maxRetries: 0, maxOutputTokens: 100, messages: [{ role: 'user' as const, content }] };
  };
  return {
    async call(request) {
      await generateText(ask(request));
      return 1;
    },
    stream: (request) => count(streamText(ask(request)).textStream),
    close() {},
  };
}

async function langChain(endpoint: string): Promise<Client> {
  const [{ ChatBedrockConverse }, { HumanMessage }] = await Promise.all([
    import('@langchain/aws'),
    import('@langchain/core/messages'),
  ]);
  // Its own way to say an endpoint speaks TLS only.
  process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] = endpoint;
  const { region, id: model } = target;
  const chat = new ChatBedrockConverse({ model, region, ...auth, maxTokens: 100, maxRetries: 0 });
  const ask = ({ messages = [] }: ConverseRequest) => {
    const content = (messages[0]?.content ?? []).map(({ text = '', document }) =>
      document ? { type: 'document', document } : { type: 'text', text },
    );
    return [new HumanMessage({ content: content as never })];
  };
  return {
    async call(request) {
      await chat.invoke(ask(request));
      return 1;
    },
    stream: async (request) => count(await chat.stream(ask(request))),
    close() {},
  };
}

async function count(events: AsyncIterable<unknown>): Promise<number> {
  let seen = 0;
  for await (const _ of events) seen += 1;
  return seen;
}

const [, , name, scene, concurrency, url] = process.argv;
if (url === undefined) await compare();
else await measure((await clients[name ?? '']?.(url)) as Client, scene as Scene, Number(concurrency));

async function compare(): Promise<void> {
  await using emulator = await createEmulator();
  emulator
    .when({ operation: 'ConverseStream' })
    .always(eventsOf('granite '.repeat(eventsPerStream), { pieceLength: 8 }));
  emulator.when({ operation: 'Converse' }).always('Granite.');
  console.log('| | concurrency | client | CPU µs | ÷ the AWS SDK as it comes |\n|---|---|---|---|---|');
  for (const scene of Object.keys(scenes) as Scene[]) {
    for (const concurrency of scene === 'document' ? [1] : concurrencies) await table(scene, concurrency, emulator.url);
  }
}

async function table(scene: Scene, concurrency: number, url: string): Promise<void> {
  const names = Object.keys(clients);
  const measured = new Map<string, { cpu: number[]; ratio: number[] }>(
    names.map((each) => [each, { cpu: [], ratio: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    let first: number | undefined;
    for (const each of names) {
      const cpu = await inChild(each, scene, concurrency, url);
      first ??= cpu;
      measured.get(each)?.cpu.push(cpu);
      measured.get(each)?.ratio.push(cpu / first);
    }
  }
  const per = { call: 'a call', stream: 'an event', document: 'a call with a document of 4.5 MB' }[scene];
  for (const [each, { cpu, ratio }] of measured) {
    console.log(`| ${per} | ${concurrency} | ${each} | ${median(cpu).toFixed(1)} | ${median(ratio).toFixed(2)} |`);
  }
}

async function inChild(name: string, scene: Scene, concurrency: number, url: string): Promise<number> {
  const child = fork(import.meta.filename, [name, scene, String(concurrency), url], { execArgv: process.execArgv });
  const [[result]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return result as number;
}

async function measure(client: Client, scene: Scene, concurrency: number): Promise<void> {
  const text = { text: 'Which rock is this? '.repeat(20) };
  const bytes = new Uint8Array(4_500_000).fill(37);
  const document = { document: { format: 'pdf' as const, name: 'Rocks', source: { bytes } } };
  const request: ConverseRequest = {
    messages: [{ role: 'user', content: scene === 'document' ? [text, document] : [text] }],
    inferenceConfig: { maxTokens: 100 },
  };
  const send = scene === 'stream' ? client.stream : client.call;
  const { warmUp, count: times } = scenes[scene];
  await many(warmUp, concurrency, () => send(request));
  const before = process.cpuUsage();
  const events = await many(times, concurrency, () => send(request));
  const { user, system } = process.cpuUsage(before);
  client.close();
  process.send?.((user + system) / events, () => process.exit());
}

async function many(count: number, concurrency: number, work: () => Promise<number>): Promise<number> {
  let left = count;
  let sum = 0;
  const workers = Array.from({ length: concurrency }, async () => {
    while (left > 0) {
      left -= 1;
      const events = await work();
      sum += events;
    }
  });
  await Promise.all(workers);
  return sum;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
