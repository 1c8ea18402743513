import { createHash, createHmac } from 'node:crypto';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { isConfigurationError, type Target } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { reply } from '@outcrop/converse/testing';
import { createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect, type DirectBedrockOptions } from '@outcrop/providers/direct';
import { createBedrock as createDirectNode } from '@outcrop/providers/direct/node';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

const target: Target = {
  model: 'Nova Lite',
  id: 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/granite(1)',
  region: 'eu-west-1',
  route: 'application',
  api: 'converse',
  quotaKey: 'nova',
  traits: {},
};
const question = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

type Seen = { url: string; headers: Record<string, string>; body: string };
type Answer = () => Response;
const fine: Answer = () => Response.json(toJson(reply('Granite.')));

/** What `direct` sends over `fetch`, and what it is answered. */
function overFetch(options: Partial<DirectBedrockOptions> & Pick<DirectBedrockOptions, 'auth'>, ...answers: Answer[]) {
  const seen: Seen[] = [];
  const bedrock = createDirect({
    ...options,
    async fetch(url, { headers, body }) {
      seen.push({ url, headers, body: textOf(body) });
      return (answers.shift() ?? fine)();
    },
  });
  return { seen, model: bedrock.connect(target) };
}

/** What the AWS SDK sends, and what it is answered. */
function overSdk(options: Parameters<typeof createBedrock>[0], ...answers: Answer[]) {
  const seen: Seen[] = [];
  const bedrock = createBedrock({
    ...options,
    requestHandler: {
      async handle(request: HttpRequest) {
        const { protocol, hostname, path, body } = request;
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        seen.push({ url: `${protocol}//${hostname}${path}`, headers, body: textOf(body) });
        const answer = (answers.shift() ?? fine)();
        const whole = new Uint8Array(await answer.arrayBuffer());
        const response = { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: whole };
        return { response: response as never };
      },
    },
  });
  return { seen, model: bedrock.connect(target), bedrock };
}

const refused =
  (name: string, message = '', headers = {}) =>
  () =>
    Response.json({ message }, { status: 403, headers: { 'x-amzn-errortype': name, ...headers } });

const ways = [
  ['direct', (auth: DirectBedrockOptions['auth'], ...answers: Answer[]) => overFetch({ auth }, ...answers)],
  ['the SDK', (auth: DirectBedrockOptions['auth'], ...answers: Answer[]) => overSdk({ auth, env: {} }, ...answers)],
] as const;

/** The signature of AWS's documentation, line by line, to hold that of the request against. */
function signatureOf({ url, headers, body }: Seen, host: string): string {
  const authorization = headers['authorization'] ?? '';
  const [, scope = '', names = ''] = /Credential=[^/]+\/(\S+), SignedHeaders=(\S+),/.exec(authorization) ?? [];
  const path = new URL(url).pathname
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = names.split(';').map((name) => `${name}:${name === 'host' ? host : headers[name]}\n`);
  const canonical = `POST\n${path}\n\n${lines.join('')}\n${names}\n${hash(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash(canonical)}`;
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (above, part) => createHmac('sha256', above).update(part).digest(),
      `AWS4${keys.secretAccessKey}`,
    );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe.each(ways)('%s', (_, over) => {
  test('signs what it sends, an ARN encoded as a whole', async () => {
    const { seen, model } = over({ credentials: { ...keys, sessionToken: 'session' } });
    await model.converse(question);
    const [request] = seen as [Seen];
    expect(request.url).toBe(
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fgranite%281%29/converse',
    );
    expect(JSON.parse(request.body)).toEqual(question);
    expect(request.headers['x-amz-security-token']).toBe('session');
    expect(request.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request/,
    );
    expect(request.headers['authorization']).toContain(
      `Signature=${signatureOf(request, 'bedrock-runtime.eu-west-1.amazonaws.com')}`,
    );
  });

  test('says an API key', async () => {
    const { seen, model } = over({ apiKey: ' a-key\n' });
    await model.converse(question);
    expect(seen[0]?.headers['authorization']).toBe('Bearer a-key');
  });

  test('asks a function for each call', async () => {
    let asked = 0;
    const { seen, model } = over({ credentials: async () => ({ ...keys, sessionToken: `session ${++asked}` }) });
    await model.converse(question);
    await model.converse(question);
    expect(seen.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['session 1', 'session 2']);
  });

  test('asks once more when what it got has expired, and says so', async () => {
    let asked = 0;
    const { seen, model } = over({ apiKey: () => `key ${++asked}` }, refused('ExpiredTokenException'));
    const attempts: number[] = [];
    await model.converse(question, { onEvent: (event) => event.type === 'attempt' && attempts.push(event.attempt) });
    expect(seen.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key 1', 'Bearer key 2']);
    expect(attempts).toEqual([1, 2]);
  });

  test.each([
    ['twice expired', { apiKey: () => 'a-key' }, 2],
    ['expired and never another', { apiKey: 'a-key' }, 1],
  ])('gives up what is %s', async (_, auth, sent) => {
    const { seen, model } = over(auth, refused('ExpiredTokenException'), refused('ExpiredTokenException'));
    await expect(model.converse(question)).rejects.toMatchObject({ code: 'credentials', reason: 'expired' });
    expect(seen).toHaveLength(sent);
  });

  test.each<[string, () => string]>([
    ['fails', () => expect.fail('The vault is closed.')],
    ['gives nothing', () => ' '],
  ])('says that a function %s', async (_, apiKey) => {
    const { seen, model } = over({ apiKey });
    await expect(model.converse(question)).rejects.toMatchObject({ code: 'credentials', reason: 'missing' });
    expect(seen).toEqual([]);
  });

  test('sets its clock by the service when it is told that it is wrong', async () => {
    const date = 'Fri, 27 Nov 2099 12:00:00 GMT';
    const { seen, model } = over({ credentials: keys }, refused('RequestTimeTooSkewed', '', { date }));
    await model.converse(question);
    expect(seen[1]?.headers['x-amz-date']).toMatch(/^20991127T1200/);
  });

  test.each([
    ['apiKey', { apiKey: ' ' }],
    ['credentials.accessKeyId', { credentials: { accessKeyId: '', secretAccessKey: 'x' } }],
    ['credentials.secretAccessKey', { credentials: { accessKeyId: 'x', secretAccessKey: ' ' } }],
  ])('refuses a blank %s', (path, auth) => {
    expect(() => over(auth)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ path: `auth.${path}` })] }),
    );
  });
});

test('does not let a token of the environment beat what was given', async () => {
  const env = { AWS_BEARER_TOKEN_BEDROCK: 'from-env', AWS_SESSION_TOKEN: 'from-env' };
  const { seen, model } = overSdk({ auth: { credentials: keys }, env });
  await model.converse(question);
  expect(seen[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 /);
  expect(seen[0]?.headers).not.toHaveProperty('x-amz-security-token');
});

test('takes a token of the environment by itself', async () => {
  const { seen, model } = overSdk({ env: { AWS_BEARER_TOKEN_BEDROCK: 'from-env' } });
  await model.converse(question);
  expect(seen[0]?.headers['authorization']).toBe('Bearer from-env');
});

test('signs what the client sends by itself with what was given, too', async () => {
  let asked = 0;
  const { seen, bedrock } = overSdk({ auth: { credentials: () => ({ ...keys, sessionToken: `session ${++asked}` }) } });
  const client = await bedrock.client('eu-west-1');
  const messages = [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }];
  const { output } = await client.send(new ConverseCommand({ modelId: 'granite', messages }));
  expect(output?.message?.content).toEqual([{ text: 'Granite.' }]);
  expect(seen.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['session 1']);
});

test('searches anew for what has expired', async () => {
  const env = (accessKeyId: string) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', ' ');
    return refused('ExpiredTokenException')();
  };
  onTestFinished(() => void vi.unstubAllEnvs());
  env('AKIDFIRST');
  const { seen, model } = overSdk({}, () => env('AKIDSECOND'));
  await model.converse(question);
  expect(seen.map(({ headers }) => /AKID\w+/.exec(headers['authorization'] ?? '')?.[0])).toEqual([
    'AKIDFIRST',
    'AKIDSECOND',
  ]);
});

test('says with the first reply which variables have no effect', async () => {
  const { model } = overSdk({ auth: { apiKey: 'a-key' }, env: { AWS_MAX_ATTEMPTS: '5', AWS_RETRY_MODE: '' } });
  expect((await model.converse(question)).warnings).toEqual([
    { code: 'retry_settings_ignored', message: expect.stringMatching(/^AWS_MAX_ATTEMPTS of/) },
  ]);
  expect((await model.converse(question)).warnings).toBeUndefined();
});

test('hands out the client, whose hooks see our calls too', async () => {
  const { seen, model, bedrock } = overSdk({ auth: { apiKey: 'a-key' } });
  await model.converse(question);
  const client = await bedrock.client('eu-west-1');
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as HttpRequest).headers['x-trace'] = 'granite';
      return next(args);
    },
    { step: 'build' },
  );
  await model.converse(question);
  expect(seen.map(({ headers }) => headers['x-trace'])).toEqual([undefined, 'granite']);
});

test.each([
  [{}, 'https://bedrock-runtime.eu-west-1.amazonaws.com'],
  [{ fips: true }, 'https://bedrock-runtime-fips.eu-west-1.amazonaws.com'],
  [{ dualstack: true }, 'https://bedrock-runtime.eu-west-1.api.aws'],
  [{ endpoint: 'https://vpce.example/bedrock/' }, 'https://vpce.example/bedrock'],
])('addresses the same with %j on both ways', async (options, base) => {
  const auth = { apiKey: 'a-key' };
  const direct = overFetch({ auth, ...options });
  const sdk = overSdk({ auth, env: {}, ...options });
  await direct.model.converse(question);
  await sdk.model.converse(question);
  expect(direct.seen[0]?.url.startsWith(`${base}/model/arn%3A`)).toBe(true);
  expect(sdk.seen[0]?.url).toBe(direct.seen[0]?.url);
});

test.each(['../evil', 'evil.example/', 'us-east-1.evil.example', ''])(
  'sends nothing to a region such as %j',
  async (region) => {
    const seen: string[] = [];
    const bedrock = createDirect({
      auth: { apiKey: 'a-key' },
      fetch: async (url) => {
        seen.push(url);
        return fine();
      },
    });
    const asked = bedrock.connect({ ...target, region }).converse(question);
    await expect(asked).rejects.toSatisfy((error) => isConfigurationError(error));
    expect(seen).toEqual([]);
  },
);

test('finds no credentials where there are none', async () => {
  const bedrock = createDirectNode({ auth: { profile: 'no-such-profile' }, env: {} });
  await expect(bedrock.connect(target).converse(question)).rejects.toMatchObject({
    code: 'credentials',
    reason: 'missing',
  });
  expect(await bedrock.healthCheck()).toMatchObject({ available: false, credentials: 'missing', sdk: 'not_needed' });
});

function textOf(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
