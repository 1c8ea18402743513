import { isConverseError, type Target } from '@outcrop/converse';
import { createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect, type DirectBedrockOptions } from '@outcrop/providers/direct';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, test } from 'vitest';

const target: Target = {
  model: 'Claude Haiku 4.5',
  id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
  region: 'eu-west-1',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'haiku',
  traits: {},
};
const question = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };
const auth = { apiKey: 'a-key' };
// No test waits for the jitter.
const random = () => 0;

type Seen = { method: string; url: string; body?: unknown };
type Answer = (request: Seen) => Response;

function direct(answer: Answer, options: Partial<DirectBedrockOptions> = {}) {
  const seen: Seen[] = [];
  const bedrock = createDirect({
    auth,
    random,
    ...options,
    async fetch(url, { method, body }) {
      const request = { method, url, ...(body && { body: JSON.parse(textOf(body)) }) };
      seen.push(request);
      return answer(request);
    },
  });
  return { seen, bedrock };
}

function sdk(answer: Answer, options: Partial<DirectBedrockOptions> = {}) {
  const seen: Seen[] = [];
  const bedrock = createBedrock({
    auth,
    random,
    env: {},
    ...(options as object),
    requestHandler: {
      async handle({ protocol, hostname, method, path, query = {}, body }: HttpRequest) {
        const url = new URL(`${protocol}//${hostname}${path}`);
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
        const text = body && textOf(body);
        const request = { method, url: url.href.replaceAll('+', '%20'), ...(text && { body: JSON.parse(text) }) };
        seen.push(request);
        const response = answer(request);
        const headers = Object.fromEntries(response.headers);
        return { response: { statusCode: response.status, headers, body: response.body as never } };
      },
    },
  });
  return { seen, bedrock };
}

const refused = (name: string, status: number, message = '') =>
  Response.json({ message }, { status, headers: { 'x-amzn-errortype': name } });

describe.each([
  ['direct', direct],
  ['the SDK', sdk],
])('%s', (_, over) => {
  test('lists all models and all pages of profiles of a region', async () => {
    const { bedrock, seen } = over(({ url }) => {
      if (url.includes('/foundation-models')) return Response.json({ modelSummaries: [{ modelId: 'granite' }] });
      const second = url.includes('nextToken');
      return Response.json({
        inferenceProfileSummaries: [{ inferenceProfileId: second ? 'us.granite' : 'eu.granite' }],
        ...(!second && { nextToken: 'more/of it' }),
      });
    });
    expect(await bedrock.listRegion('eu-west-1')).toEqual({
      modelSummaries: [{ modelId: 'granite' }],
      inferenceProfileSummaries: [{ inferenceProfileId: 'eu.granite' }, { inferenceProfileId: 'us.granite' }],
    });
    expect(seen.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'GET https://bedrock.eu-west-1.amazonaws.com/foundation-models',
      'GET https://bedrock.eu-west-1.amazonaws.com/inference-profiles?maxResults=1000',
      'GET https://bedrock.eu-west-1.amazonaws.com/inference-profiles?maxResults=1000&nextToken=more%2Fof%20it',
    ]);
  });

  test('counts tokens', async () => {
    const { bedrock, seen } = over(() => Response.json({ inputTokens: 12 }));
    expect(await bedrock.countTokens(target, { ...question, inferenceConfig: { maxTokens: 5 } })).toEqual({
      inputTokens: 12,
      exact: true,
    });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens',
        body: { input: { converse: question } },
      },
    ]);
  });

  test('looks at text with a guardrail', async () => {
    const answer = { action: 'GUARDRAIL_INTERVENED', outputs: [{ text: 'No.' }], assessments: [], usage: {} };
    const { bedrock, seen } = over(() => Response.json(answer));
    const bytes = new Uint8Array([1, 2, 3]);
    const applied = await bedrock.applyGuardrail('eu-west-1', {
      guardrailIdentifier: 'arn:aws:bedrock:eu-west-1:123456789012:guardrail/g1',
      guardrailVersion: 'DRAFT',
      source: 'INPUT',
      content: [{ text: { text: 'Hm.' } }, { image: { format: 'png', source: { bytes } } }],
    });
    expect(applied).toEqual(answer);
    expect(seen).toEqual([
      {
        method: 'POST',
        url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/guardrail/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aguardrail%2Fg1/version/DRAFT/apply',
        body: {
          source: 'INPUT',
          content: [{ text: { text: 'Hm.' } }, { image: { format: 'png', source: { bytes: 'AQID' } } }],
        },
      },
    ]);
  });

  test('looks at text with the checks of the service', async () => {
    const { bedrock, seen } = over(() => Response.json({ results: [{ severityScore: 0 }] }));
    const request = {
      messages: [{ role: 'user' as const, content: [{ text: 'Hm.' }] }],
      checks: { promptAttack: { categories: [{ category: 'JAILBREAK' }] } },
    };
    expect(await bedrock.invokeGuardrailChecks('eu-west-1', request)).toEqual({ results: [{ severityScore: 0 }] });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: 'https://bedrock-runtime.eu-west-1.amazonaws.com/guardrail-checks/invoke',
        body: request,
      },
    ]);
  });

  test.each<[string, () => Response, object]>([
    [
      'models are listed',
      () => Response.json({ modelSummaries: [{}, {}] }),
      { available: true, credentials: 'accepted', models: 2 },
    ],
    [
      'listing is forbidden',
      () => refused('AccessDeniedException', 403),
      { available: 'unknown', credentials: 'accepted' },
    ],
    ['it is throttled', () => refused('ThrottlingException', 429), { available: true, credentials: 'accepted' }],
    [
      'the key is wrong',
      () => refused('UnrecognizedClientException', 403),
      { available: false, credentials: 'refused' },
    ],
    [
      'there is an outage',
      () => refused('ServiceUnavailableException', 503),
      { available: false, credentials: 'unknown' },
    ],
  ])('says how it stands when %s', async (_, answer, expected) => {
    const { bedrock } = over(answer, { region: 'eu-west-1' });
    const health = await bedrock.healthCheck();
    expect(health).toMatchObject({ region: 'eu-west-1', tookMs: expect.any(Number), ...expected });
    expect(await bedrock.isAvailable()).toBe(health.available);
  });

  test('ends with the reason of an abort', async () => {
    const { bedrock } = over(() => Response.json({}));
    const signal = AbortSignal.abort('enough');
    await expect(bedrock.healthCheck({ signal })).rejects.toBe('enough');
    await expect(bedrock.listRegion('eu-west-1', { signal })).rejects.toBe('enough');
    await expect(bedrock.countTokens(target, question, { signal })).rejects.toBe('enough');
  });
});

const estimateTokens = () => ({ tokens: 9.6 });

test.each<[string, Partial<Target>, Answer]>([
  ['it is known', { traits: { countTokens: false } }, () => expect.fail('Nobody should be asked.')],
  [
    'the service says so',
    {},
    () => refused('ValidationException', 400, "The provided model doesn't support counting tokens."),
  ],
])('estimates where the service does not count: %s', async (_, more, answer) => {
  const { bedrock } = direct(answer, { estimateTokens });
  expect(await bedrock.countTokens({ ...target, ...more }, question)).toEqual({ inputTokens: 10, exact: false });
});

test('says so where nobody can count', async () => {
  const { bedrock } = direct(() => expect.fail('Nobody should be asked.'));
  const counted = bedrock.countTokens({ ...target, traits: { countTokens: false } }, question);
  await expect(counted).rejects.toMatchObject({ code: 'unsupported_feature', feature: 'countTokens' });
});

test('does not estimate because of an outage', async () => {
  const { bedrock } = direct(() => refused('ServiceUnavailableException', 503), { estimateTokens });
  await expect(bedrock.countTokens(target, question)).rejects.toSatisfy(
    (error) => isConverseError(error) && error.code === 'unavailable',
  );
});

test('does not follow a list of profiles that has no end', async () => {
  const { bedrock } = direct(({ url }) =>
    Response.json(url.includes('profiles') ? { inferenceProfileSummaries: [], nextToken: 'again' } : {}),
  );
  await expect(bedrock.listRegion('eu-west-1')).rejects.toMatchObject({ code: 'malformed_reply' });
});

function textOf(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
