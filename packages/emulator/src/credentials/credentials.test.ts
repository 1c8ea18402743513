import { createEmulator } from '@outcrop/emulator';
import { asyncProperty, assert as check, string, tuple } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const now = Date.parse('2026-11-26T10:15:00Z');
const emulator = await createEmulator({
  credentials: [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }, { bearerToken: 'key' }],
  wallNow: () => now,
});
afterAll(() => emulator.close());

const scope = 'AKIDEXAMPLE/20261126/us-east-1/bedrock/aws4_request';
const signed = { credential: scope, headers: 'host;x-amz-date', signature: 'ab12', date: '20261126T101500Z' };

/** A header with some of it changed. */
function signing(changes: Partial<typeof signed>): Record<string, string> {
  const { credential, headers, signature, date } = { ...signed, ...changes };
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${headers}, Signature=${signature}`;
  return { authorization, 'x-amz-date': date };
}

test.each<[string, Record<string, string>, number, string, string | RegExp]>([
  ['nothing', {}, 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
  [
    'another scheme',
    { authorization: 'Basic a2V5' },
    400,
    'IncompleteSignatureException',
    /requires 'AWS4-HMAC-SHA256'/,
  ],
  [
    'no parameters',
    { authorization: 'AWS4-HMAC-SHA256 ' },
    400,
    'IncompleteSignatureException',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of a 'X-Amz-Date' header.",
  ],
  ['no date', signing({ date: '' }), 400, 'IncompleteSignatureException', /existence of a 'X-Amz-Date' header\.$/],
  ['a date that is none', signing({ date: '20261326T101500Z' }), 400, 'IncompleteSignatureException', /X-Amz-Date/],
  [
    'half a scope',
    signing({ credential: 'AKIDEXAMPLE/20261126/us-east-1' }),
    400,
    'IncompleteSignatureException',
    'Credential must have exactly 5 slash-delimited elements.',
  ],
  [
    'another service',
    signing({ credential: scope.replace('bedrock', 's3') }),
    403,
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'bedrock'.",
  ],
  [
    'another day',
    signing({ credential: scope.replace('1126', '1125') }),
    403,
    'InvalidSignatureException',
    /^Date in Credential scope does not match/,
  ],
  [
    'a host that is not signed',
    signing({ headers: 'x-amz-date' }),
    403,
    'InvalidSignatureException',
    "'Host' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  ['a wrong signature', signing({}), 403, 'InvalidSignatureException', /^The request signature we calculated/],
  ['a wrong key', { authorization: 'Bearer kez' }, 403, 'AccessDeniedException', /^Authentication failed/],
])('refuses %s', async (_, headers, status, name, message) => {
  const response = await post(headers);
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, name]);
  expect(await response.json()).toEqual({
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
  expect(response.headers.get('date')).toBe('Thu, 26 Nov 2026 10:15:00 GMT');
});

test('lets a bearer key in, and a page ask whether it may', async () => {
  expect((await post({ authorization: 'bearer key' })).status).toBe(200);
  expect((await fetch(emulator.url, { method: 'OPTIONS' })).status).toBe(204);
});

test('never fails on what stands in a header', async () => {
  const visible = string({ unit: 'grapheme-ascii' }).map((text) => text.trim());
  const property = asyncProperty(tuple(visible, visible, visible), async ([credential, headers, date]) => {
    const { status } = await post({
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}/20261126/us-east-1/bedrock/aws4_request, SignedHeaders=host;${headers}, Signature=${date}`,
      'x-amz-date': date.length % 2 ? date : signed.date,
    });
    expect([400, 403]).toContain(status);
  });
  await check(property);
});

function post(headers: Record<string, string>): Promise<Response> {
  return fetch(`${emulator.url}/model/amazon.nova-lite-v1%3A0/converse`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }] }),
  });
}
