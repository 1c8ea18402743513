// A call through @outcrop/bedrock beside the AWS SDK's client as it comes: CPU time of a process that does nothing else,
// against the emulator in another one. And what the imports take, of what was built. Rounds are interleaved.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { type ConverseRequest, createSharedMemory, LLMManager } from '@outcrop/bedrock';
import { createEmulator } from '@outcrop/emulator';

const rounds = 7;
const warmUp = 1_000;
const calls = 2_000;

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const regions = ['us-east-1', 'us-west-2', 'us-east-2', 'eu-west-1'];
type Client = { send(request: ConverseRequest): Promise<unknown>; close(): unknown };

const clients: Record<string, (endpoint: string) => Client> = {
  'the AWS SDK, as it comes': (endpoint) => {
    const client = new BedrockRuntimeClient({ endpoint, region: 'us-east-1', credentials });
    const modelId = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
    return {
      send: (request) => client.send(new ConverseCommand({ modelId, ...request } as never)),
      close: () => client.destroy(),
    };
  },
  '@outcrop/bedrock, sdk': (endpoint) => ours(endpoint, 'sdk'),
  '@outcrop/bedrock, direct': (endpoint) => ours(endpoint, 'direct'),
};

function ours(endpoint: string, transport: 'sdk' | 'direct'): Client {
  const manager = new LLMManager({
    models: ['Claude Haiku 4.5'],
    regions,
    endpoint,
    transport,
    auth: { credentials },
    // With nothing known it would begin slowly.
    memory: createSharedMemory({ limits: () => ({ known: { requestsPerMinute: 600_000 } }) }),
  });
  return { send: (request) => manager.converse(request), close: () => manager.close() };
}

const [, , name, url] = process.argv;
if (url === undefined) await compare();
else await measure(clients[name ?? '']?.(url) as Client);

async function compare(): Promise<void> {
  await using emulator = await createEmulator();
  emulator.when().always('Granite.');
  await table('a call, µs of CPU', Object.keys(clients), (each) => inChild(each, emulator.url));
  await table('import, ms of CPU', ['@aws-sdk/client-bedrock-runtime', '@outcrop/bedrock'], importMs);
}

async function table(what: string, names: string[], take: (name: string) => Promise<number>): Promise<void> {
  const taken = new Map<string, number[]>(names.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) for (const each of names) taken.get(each)?.push(await take(each));
  const [first = []] = taken.values();
  console.log(`\n| | ${what} | ÷ the first |\n|---|---|---|`);
  for (const [each, values] of taken) {
    const ratios = values.map((value, round) => value / (first[round] as number));
    console.log(`| ${each} | ${spread(values, 0)} | ${spread(ratios, 2)} |`);
  }
}

async function inChild(client: string, endpoint: string): Promise<number> {
  const child = fork(import.meta.filename, [client, endpoint], { execArgv: process.execArgv });
  const [[result]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return result as number;
}

async function measure({ send, close }: Client): Promise<void> {
  const text = 'Which rock is this? '.repeat(20);
  const request: ConverseRequest = {
    messages: [{ role: 'user', content: [{ text }] }],
    inferenceConfig: { maxTokens: 100 },
  };
  for (let call = 0; call < warmUp; call++) await send(request);
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) await send(request);
  const { user, system } = process.cpuUsage(before);
  await close();
  process.send?.((user + system) / calls, () => process.exit());
}

async function importMs(specifier: string): Promise<number> {
  const code = `const before = process.cpuUsage(); await import('${specifier}'); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
  });
  return Number(stdout);
}

function spread(values: number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [0, 0.5, 0.999].map((share) => sorted[Math.floor(sorted.length * share)] as number);
  return `${middle?.toFixed(digits)} (${low?.toFixed(digits)} to ${high?.toFixed(digits)})`;
}
