import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const command = ['--conditions=@outcrop/source', join(import.meta.dirname, 'bin.ts')];
const folder = mkdtempSync(join(tmpdir(), 'outcrop-emulator-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each<[string[], string | RegExp]>([
  [['--port', 'granite'], "--port has to be a number from 0 to 65535, and it is 'granite'."],
  [['--port', '65536'], "--port has to be a number from 0 to 65535, and it is '65536'."],
  [['--region', 'granite'], '--region has to be a region such as us-east-1, and it is "granite".'],
  [['--prot', '1'], /^Unknown option '--prot'/],
  [['--host', 'nowhere.invalid'], 'there is no address nowhere.invalid here: look at --host.'],
  [['--latency', '300'], "--latency has to be none or FIRST_TOKEN_MS,TOKENS_PER_SECOND[,JITTER], and it is '300'."],
  [['--config', join(folder, 'missing')], /missing cannot be read: there is no such file\.$/],
  [['--config', folder], /cannot be read \(EISDIR\)\.$/],
  [['--config', file('broken.json', '{')], /broken\.json: it is not JSON: /],
  [
    ['--config', file('port.json', '{"port":"x"}')],
    /port\.json: port has to be a whole number from 0 to 65535, and it is "x"\.$/,
  ],
  [['--config', file('typo.json', '{"latncy":"none"}')], /typo\.json: it has no 'latncy'\. It may have: port, host, /],
  [
    ['--config', file('rates.json', '{"chaos":{"rates":{"reset":2}}}')],
    /chaos\.rates\.reset has to be a number from 0 to 1/,
  ],
  [
    ['--script', file('rules.json', '[{"reply":[{"fault":"granite"}]}]')],
    /rules\.json: \[0\]\.reply\[0\]\.fault has to be one of/,
  ],
  [['--replay', file('lines.jsonl', '{}')], /lines\.jsonl: Line 1 of the recording cannot be replayed: /],
  [['--log', join(folder, 'no', 'log')], /log cannot be written: ENOENT\.$/],
  [['--tls-key', file('key.pem', 'granite')], '--tls-key and --tls-cert go together.'],
  [
    ['--tls-key', file('key.pem', 'granite'), '--tls-cert', file('cert.pem', 'mica')],
    /are no key and certificate in PEM: /,
  ],
  [['--upstream', 'http://127.0.0.1:1'], '--upstream and --upstream-model go together.'],
  [
    ['--upstream', 'granite', '--upstream-model', 'm'],
    "--upstream has to be an http or https URL, and it is 'granite'.",
  ],
])('refuses %j in one line', async (args, line) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const [said = '', ...more] = stderr.split('\n');
  expect(more).toEqual(['']);
  expect(said.replace(/^outcrop-emulator: /, '')).toEqual(
    typeof line === 'string' ? line : expect.stringMatching(line),
  );
});

test.each([
  [
    '{"quotas":[{"requestsPerMinute":"many"}]}',
    'quotas[0].requestsPerMinute has to be a number from 0, and it is "many".',
  ],
  ['{"quotas":{"access":"denied"}}', 'quotas has to be a list, and it is an object.'],
  ['{"credentials":[{"accessKeyId":"AKIDEXAMPLE"}]}', "credentials[0] needs 'secretAccessKey'."],
  [
    '{"guardrails":{"rocks":{"pii":{"EMAIL":"HIDE"}}}}',
    'guardrails.rocks.pii.EMAIL has to be one of BLOCK, ANONYMIZE, and it is "HIDE".',
  ],
  ['{"models":{"acme.granite-v1:0":{"tools":{"suported":true}}}}', "models.acme.granite-v1:0.tools has no 'suported'."],
  ['{"models":{"acme.granite-v1:0":"Granit"}}', 'models.acme.granite-v1:0: '],
  ['{"lenient":"yes"}', 'lenient has to be true or false, and it is "yes".'],
  ['{"region":7}', 'region has to be a region such as us-east-1, and it is 7.'],
])('says where the configuration %s is wrong', async (content, problem) => {
  const { code, stderr } = await run(['--config', file('wrong.json', content)]);
  expect([code, stderr.split('\n').length]).toEqual([2, 2]);
  expect(stderr).toContain(`wrong.json: ${problem}`);
});

test('says in one line that the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await run(['--port', String(port)])).toEqual({
    code: 2,
    stdout: '',
    stderr: `outcrop-emulator: port ${port} of 127.0.0.1 is taken: choose another one with --port.\n`,
  });
  server.close();
});

test('tells of itself', async () => {
  const { code, stdout } = await run(['--help']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Examples:')]);
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves until %s, and says by which variables it is reached',
  async (signal) => {
    const { child, lines, url } = await serve();
    expect(lines.slice(1)).toEqual([`AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url}`, `AWS_ENDPOINT_URL_BEDROCK=${url}`]);
    expect((await ask(url)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test('writes down the calls that its own end breaks off', async () => {
  const log = join(folder, 'broken-off.jsonl');
  const { child, url } = await serve('--log', log, '--latency', '0,1');
  const response = await fetch(`${url}/model/amazon.nova-lite-v1%3A0/converse-stream`, {
    method: 'POST',
    body: bodyWith(),
  });
  await response.body?.getReader().read();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ number: 1, left: true });
});

test('does what its files say, and writes down what came', async () => {
  const log = join(folder, 'calls.jsonl');
  const config = {
    outages: [{ region: 'ap-northeast-1' }],
    latency: { firstTokenMs: 1, tokensPerSecond: 100_000 },
    log,
  };
  const script = [
    { reply: [{ fault: 'ThrottlingException' }, 'Granite.'] },
    { when: { modelId: 'amazon.nova-micro-v1:0' }, always: 'Mica.' },
  ];
  const { child, url } = await serve(
    '--config',
    file('config.json', JSON.stringify(config)),
    '--script',
    file('script.json', JSON.stringify(script)),
  );
  expect((await ask(url)).status).toBe(429);
  const reply = (await (await ask(url)).json()) as { output: unknown };
  expect(reply.output).toEqual({ message: { role: 'assistant', content: [{ text: 'Granite.' }] } });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/ap-northeast-1/bedrock/aws4_request, SignedHeaders=host';
  expect((await ask(url, { authorization })).status).toBe(503);
  child.kill('SIGINT');
  await once(child, 'exit');
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines.map((line) => Object.keys(JSON.parse(line)).at(-1))).toEqual(['error', 'reply', 'error']);

  const again = await serve('--replay', log);
  expect((await ask(again.url)).status).toBe(429);
  expect(await (await ask(again.url)).json()).toMatchObject({ output: reply.output });
});

test('keeps the account, the rules and the region that its files say', async () => {
  const profile = 'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/granite';
  const config = {
    region: 'us-west-2',
    credentials: [{ bearerToken: 'bedrock-api-key-example' }],
    models: { [profile]: 'Nova Lite' },
    quotas: [
      { modelId: profile, requestsPerMinute: 1 },
      { modelId: 'us.amazon.nova-pro-v1:0', access: 'denied' },
    ],
    guardrails: { rocks: { words: ['which'], blockedInput: 'Not that rock.' } },
  };
  const { url } = await serve('--config', file('account.json', JSON.stringify(config)));
  const authorization = 'Bearer bedrock-api-key-example';
  const guardrailConfig = { guardrailIdentifier: 'rocks', guardrailVersion: '1' };
  const asking = (id: string, more?: object) => ask(url, { authorization }, { id, body: bodyWith(more) });
  expect((await ask(url)).headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  expect(await (await asking(profile, { guardrailConfig })).text()).toContain('Not that rock.');
  expect((await asking(profile)).status).toBe(429);
  expect((await asking('us.amazon.nova-pro-v1:0')).status).toBe(403);
  expect((await asking('acme.granite-v1:0')).status).toBe(400);
});

test('refuses nothing where it is told to be lenient, and what has ended where models end', async () => {
  const lenient = await serve('--lenient');
  expect((await ask(lenient.url, {}, { id: 'acme.granite-v1:0', body: '{}' })).status).toBe(200);
  const strict = await serve('--lifecycle');
  expect((await ask(strict.url, {}, { id: 'cohere.command-r-v1:0' })).status).toBe(404);
});

async function serve(...args: string[]): Promise<{ child: ChildProcess; lines: string[]; url: string }> {
  const child = spawn(process.execPath, [...command, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === 3) break;
  }
  return { child, lines, url: /http:\S+/.exec(lines[0] ?? '')?.[0] ?? '' };
}

function ask(
  url: string,
  headers: Record<string, string> = {},
  { id = 'amazon.nova-lite-v1:0', body = bodyWith() } = {},
): Promise<Response> {
  return fetch(`${url}/model/${encodeURIComponent(id)}/converse`, { method: 'POST', headers, body });
}

function bodyWith(more: object = {}): string {
  return JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }], ...more });
}

function run(args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}
