import type { ConverseError, ConverseRequest } from '@outcrop/converse';
import { bedrockError, createEmulator, type Emulator, type EmulatorOptions, fault } from '@outcrop/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';

const nova = 'amazon.nova-lite-v1:0';

type Problem = {
  name: string;
  options?: EmulatorOptions;
  modelId?: string;
  text?: string;
  system?: string;
  arrange?: (emulator: Emulator) => void;
  says: string;
};

// In the order in which they are looked at.
const problems: Problem[] = [
  {
    name: 'credentials',
    options: { credentials: [{ bearerToken: 'bedrock-api-key-example' }] },
    says: 'MissingAuthenticationTokenException',
  },
  { name: 'the address', modelId: 'acme.granite-v1:0', says: 'The provided model identifier is invalid.' },
  { name: 'rules', system: ' ', says: 'The text field in' },
  {
    name: 'an outage',
    arrange: (emulator) => emulator.outage({}, { exception: 'ServiceUnavailableException' }),
    says: 'ServiceUnavailableException',
  },
  { name: 'a fault that was asked for', text: '[[fault: ModelNotReadyException]]', says: 'ModelNotReadyException' },
  { name: 'chance', options: { chaos: { rates: { ModelTimeoutException: 1 } } }, says: 'ModelTimeoutException' },
  { name: 'access', options: { quotas: [{ access: 'denied' }] }, says: 'AccessDeniedException' },
  {
    name: 'quotas',
    options: { quotas: [{ tokensPerMinute: 1 }] },
    says: 'Too many tokens, please wait',
  },
  {
    name: 'the responder',
    options: { respond: () => bedrockError('ModelErrorException') },
    says: 'ModelErrorException',
  },
];
// Only over the wire there are any.
const problemsInProcess = problems.slice(1);

describe.each([
  ['in process', inProcess, problemsInProcess],
  ['over HTTP', overHttp, problems],
] as const)('%s', (_, ask, inOrder) => {
  test.each(inOrder.map((problem, index) => [problem.name, problem.says, inOrder.slice(index)] as const))(
    '%s come before all that is behind them: %s',
    async (_, says, left) => {
      expect(await ask(...(await arranged(left)))).toContain(says);
    },
  );

  test.each<[string, Problem, object]>([
    ['an answer', { name: '', says: '' }, { admitted: 1, settled: 1, answered: 1, throttled: 0, denied: 0 }],
    ['what a rule refuses', problemNamed('rules'), { admitted: 0, settled: 0, answered: 0 }],
    ['an outage', problemNamed('an outage'), { admitted: 0, settled: 0, answered: 0 }],
    ['a fault instead of an answer', problemNamed('a fault that was asked for'), { admitted: 0, settled: 0 }],
    ['what is denied', problemNamed('access'), { admitted: 0, denied: 1, settled: 0 }],
    ['what is throttled', problemNamed('quotas'), { admitted: 0, throttled: 1, settled: 0 }],
    ['a failure of the model', problemNamed('the responder'), { admitted: 1, settled: 0, answered: 0 }],
    [
      'a scripted reset instead of an answer',
      { name: '', says: '', arrange: (emulator) => emulator.when().reply(fault('reset')) },
      { admitted: 1, settled: 0, answered: 0 },
    ],
    [
      'an answer that is spoilt on its way',
      { name: '', says: '', text: '[[fault: malformed_json]]' },
      { admitted: 1, settled: 1, answered: 0 },
    ],
  ])('takes of the account for %s what it should', async (_, problem, counts) => {
    const [emulator, modelId, request] = await arranged([problem]);
    await ask(emulator, modelId, request);
    expect(emulator.ledger()).toMatchObject(counts);
  });
});

test('chance leaves alone what was scripted', async () => {
  const [emulator, modelId, request] = await arranged([problemNamed('chance')]);
  emulator.when().reply('Granite.');
  expect(await inProcess(emulator, modelId, request)).toBe('answered');
  expect(await inProcess(emulator, modelId, request)).toContain('ModelTimeoutException');
});

const hello = { messages: [{ role: 'user', content: 'Which rock?' }] };
const claudeBody = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, ...hello };
const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';

test.each<[string, EmulatorOptions, string, object, [number, string]]>([
  ['answers', {}, haiku, claudeBody, [200, '"type":"message"']],
  ['has no rules of Converse', {}, haiku, { ...claudeBody, temperature: 0.1, top_p: 0.1 }, [200, '"type":"message"']],
  [
    'says of the address before the body',
    {},
    'acme.granite-v1:0',
    { granite: 1 },
    [400, 'model identifier is invalid'],
  ],
  ['says of the body before the quotas', { quotas: [{ access: 'denied' }] }, haiku, hello, [400, 'anthropic_version']],
  ['is denied', { quotas: [{ access: 'denied' }] }, haiku, claudeBody, [403, "You don't have access"]],
  ['is throttled', { quotas: [{ tokensPerMinute: 99 }] }, haiku, claudeBody, [429, 'Too many tokens']],
  [
    'fails by chance',
    { chaos: { rates: { ModelErrorException: 1 } } },
    haiku,
    claudeBody,
    [424, 'processing the model'],
  ],
  [
    'knows the body of a model that was added',
    { models: { 'acme.granite-v1:0': { invokeFormat: 'titan' } } },
    'acme.granite-v1:0',
    { inputText: 'Which rock?' },
    [200, '"results"'],
  ],
])('InvokeModel %s', async (_, options, modelId, body, [status, text]) => {
  const emulator = await start(options);
  const response = await post(emulator, `/model/${encodeURIComponent(modelId)}/invoke`, body);
  expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
});

test('InvokeModel is settled by what it used, and CountTokens takes nothing', async () => {
  const emulator = await start({ quotas: [{ burndown: 5 }], respond: () => 'Granite.' });
  const input = { invokeModel: { body: Buffer.from(JSON.stringify(claudeBody)).toString('base64') } };
  const base = haiku.replace('us.', '');
  const counted = await post(emulator, `/model/${encodeURIComponent(base)}/count-tokens`, { input });
  const { inputTokens } = (await counted.json()) as { inputTokens: number };
  expect(emulator.ledger()).toMatchObject({ admitted: 0, settledTokens: 0 });
  await post(emulator, `/model/${encodeURIComponent(haiku)}/invoke`, claudeBody);
  expect(emulator.ledger()).toMatchObject({ admitted: 1, answered: 1, settledTokens: inputTokens + 5 * 2 });
  expect(emulator.ledger().calls).toEqual([
    expect.objectContaining({ operation: 'InvokeModel', reservedTokens: inputTokens + 100, isAnswered: true }),
  ]);
});

test('an outage reaches CountTokens', async () => {
  const emulator = await start();
  emulator.outage({ region: 'us-east-1' });
  const input = { converse: { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] } };
  const path = `/model/${encodeURIComponent(haiku.replace('us.', ''))}/count-tokens`;
  expect((await post(emulator, path, { input })).status).toBe(503);
  expect(emulator.requests.at(-1)?.outcome).toMatchObject({ type: 'failed', error: { status: 503 } });
});

test('the control plane says which models are enabled', async () => {
  const emulator = await start({ quotas: [{ modelId: nova, region: 'us-east-1', access: 'denied' }] });
  const statuses = await Promise.all(
    [nova, 'amazon.nova-pro-v1:0'].map(async (id) => {
      const response = await fetch(`${emulator.url}/foundation-model-availability/${encodeURIComponent(id)}`);
      return ((await response.json()) as { authorizationStatus: string }).authorizationStatus;
    }),
  );
  expect(statuses).toEqual(['NOT_AUTHORIZED', 'AUTHORIZED']);
});

function problemNamed(wanted: string): Problem {
  return problems.find(({ name }) => name === wanted) as Problem;
}

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** An emulator, a model and a request that have all of these problems. */
async function arranged(all: readonly Problem[]): Promise<[Emulator, string, ConverseRequest]> {
  const quotas = all.flatMap(({ options }) => options?.quotas ?? []);
  const options = Object.assign({ respond: () => 'Granite.' }, ...all.map((each) => each.options), {
    quotas,
  });
  const emulator = await start(options);
  for (const { arrange } of all) arrange?.(emulator);
  const find = <Key extends keyof Problem>(key: Key) => all.find((each) => each[key] !== undefined)?.[key];
  const system = find('system');
  const request: ConverseRequest = {
    messages: [{ role: 'user', content: [{ text: find('text') ?? 'Which rock?' }] }],
    ...(system !== undefined && { system: [{ text: system }] }),
  };
  return [emulator, find('modelId') ?? nova, request];
}

async function inProcess(emulator: Emulator, id: string, request: ConverseRequest): Promise<string> {
  const model = emulator.connect({ model: 'any', id, region: 'us-east-1', route: 'in_region' });
  return model.converse(request).then(
    () => 'answered',
    ({ awsName, message }: ConverseError) => `${awsName}: ${message}`,
  );
}

async function overHttp(emulator: Emulator, id: string, request: ConverseRequest): Promise<string> {
  const asked = post(emulator, `/model/${encodeURIComponent(id)}/converse`, request);
  return asked.then(
    async (response) =>
      response.ok ? 'answered' : `${response.headers.get('x-amzn-errortype')}: ${await response.text()}`,
    () => 'broken',
  );
}

function post(emulator: Emulator, path: string, body: object): Promise<Response> {
  return fetch(emulator.url + path, { method: 'POST', body: JSON.stringify(body) });
}
