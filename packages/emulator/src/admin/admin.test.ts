import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { networkInterfaces } from 'node:os';
import { createEmulator, type Emulator } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, constantFrom } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

const modelId = 'amazon.nova-lite-v1:0';
const target = { model: 'Nova Lite', id: modelId, region: 'us-east-1', route: 'in_region' };
const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

test('switches latency and chaos while it runs', async () => {
  const { emulator, send } = await start();
  const latency = { firstTokenMs: 5, tokensPerSecond: 100 };
  const chaos = { seed: 3, rates: { reset: 0.5 } };
  expect(await send('PUT', '/latency', latency)).toEqual([204, undefined]);
  expect(await send('PUT', '/chaos', chaos)).toEqual([204, undefined]);
  expect([emulator.latency, emulator.chaos]).toEqual([latency, chaos]);
  expect(await send('GET', '')).toEqual([200, { latency, chaos, rules: [], outages: [], quotas: [], requests: 0 }]);
  expect(await send('PUT', '/chaos', null)).toEqual([204, undefined]);
  expect(await send('GET', '/chaos')).toEqual([200, null]);
});

test('begins and ends outages', async () => {
  const { emulator, send } = await start();
  const said = { region: 'us-east-1', exception: 'InternalServerException' };
  expect(await send('POST', '/outages', said)).toEqual([200, { id: '1' }]);
  expect(await send('GET', '/outages')).toEqual([200, [{ id: '1', said }]]);
  await expect(ask(emulator)).rejects.toMatchObject({ code: 'internal' });
  expect(await send('DELETE', '/outages/1')).toEqual([204, undefined]);
  await expect(ask(emulator)).resolves.toBe('end_turn');
  expect(await send('DELETE', '/outages/1')).toEqual([404, { message: 'Nothing has the id "1".' }]);
});

test('says what is answered, in the words of a script', async () => {
  const { emulator, send } = await start();
  const reply = [{ fault: 'ThrottlingException' }, 'Granite.', { reply: { stopReason: 'content_filtered' } }];
  expect(await send('POST', '/rules', { when: { modelId }, reply })).toEqual([200, { id: '1' }]);
  await expect(ask(emulator)).rejects.toMatchObject({ code: 'throttled' });
  expect([await ask(emulator), await ask(emulator)]).toEqual(['end_turn', 'content_filtered']);
  await send('POST', '/rules', { always: { fault: 'reset' } });
  await expect(ask(emulator)).rejects.toMatchObject({ code: 'connection' });
  expect(await send('DELETE', '')).toMatchObject([200, { rules: [] }]);
  await expect(ask(emulator)).resolves.toBe('end_turn');
});

test('shows the requests, and forgets them', async () => {
  const { emulator, send } = await start();
  await ask(emulator);
  const [, requests] = await send('GET', '/requests');
  expect(requests).toEqual([JSON.parse(emulator.dump())]);
  expect(await send('DELETE', '/requests')).toEqual([204, undefined]);
  expect(emulator.requests).toEqual([]);
});

test('refuses connections for a while, behind its own answer', async () => {
  const waited = Promise.withResolvers<void>();
  const { send } = await start({ delay: () => waited.promise });
  expect(await send('POST', '/refusal', { ms: 1_000 })).toEqual([204, undefined]);
  await expect.poll(() => send('GET', '').catch((error) => error.cause?.code)).toBe('ECONNREFUSED');
  waited.resolve();
  await expect.poll(() => send('GET', '').catch(() => undefined)).toMatchObject([200, {}]);
});

test('says what is granted, and what has become of the calls', async () => {
  const { emulator, send } = await start();
  expect(await send('POST', '/quotas', { region: 'us-east-1', requestsPerMinute: 2, concurrent: 9 })).toEqual([
    204,
    undefined,
  ]);
  expect(await send('POST', '/quotas', { region: 'us-east-1', requestsPerMinute: 1 })).toEqual([204, undefined]);
  await ask(emulator);
  await expect(ask(emulator)).rejects.toMatchObject({ code: 'throttled' });
  const quotas = [
    { region: 'us-east-1', concurrent: 9 },
    { region: 'us-east-1', requestsPerMinute: 1 },
  ];
  expect(await send('GET', '/quotas')).toEqual([200, quotas]);
  expect(await send('GET', '/ledger')).toMatchObject([200, { admitted: 1, throttled: 1, answered: 1 }]);
  expect(await send('GET', '')).toMatchObject([200, { quotas }]);
  expect(await send('DELETE', '/quotas')).toEqual([204, undefined]);
  await expect(ask(emulator)).resolves.toBe('end_turn');
  await send('POST', '/quotas', { access: 'denied' });
  await expect(ask(emulator)).rejects.toMatchObject({ code: 'access_denied' });
  expect(await send('DELETE', '')).toMatchObject([200, { quotas: [] }]);
  await expect(ask(emulator)).resolves.toBe('end_turn');
});

test.each<[string, string, unknown, string]>([
  ['PUT', '/latency', { firstTokenMs: -1, tokensPerSecond: 1 }, 'latency.firstTokenMs has to be a number from 0'],
  ['PUT', '/latency', { firstTokenMs: 1 }, "latency needs 'tokensPerSecond'."],
  ['PUT', '/latency', 'soon', 'latency has to be an object, and it is "soon".'],
  ['PUT', '/chaos', { rates: { granite: 1 } }, 'chaos.rates has to be one of reset, stream_reset,'],
  [
    'PUT',
    '/chaos',
    { rates: { reset: 0.6, hang: 0.6 } },
    'chaos.rates may be 1 all together at most, and they are 1.2.',
  ],
  [
    'POST',
    '/outages',
    { regoin: 'us-east-1' },
    "it has no 'regoin'. It may have: operation, modelId, region, ms, exception.",
  ],
  ['POST', '/outages', { exception: 'GraniteException' }, 'exception has to be one of ThrottlingException'],
  ['POST', '/rules', { when: {} }, "a rule needs either 'reply', a list of answers, or 'always', one answer."],
  ['POST', '/rules', { reply: [{ fault: 'granite' }] }, 'reply[0].fault has to be one of reset'],
  ['POST', '/rules', { always: { reply: { output: 1 } } }, 'always.reply: This is not a reply: output'],
  ['POST', '/rules', { always: { events: [{ fault: 'hang', ms: 'x' }] } }, 'always.events[0].ms has to be a number'],
  ['POST', '/refusal', {}, "it needs 'ms'."],
])('%s %s with %j is refused', async (method, path, body, message) => {
  const { send } = await start();
  expect(await send(method, path, body)).toEqual([400, { message: expect.stringContaining(message) }]);
});

test.each([
  ['GET', '/granite'],
  ['GET', '/constructor'],
  ['PATCH', '/latency'],
])('there is no %s %s', async (method, path) => {
  const { send } = await start();
  expect(await send(method, path)).toMatchObject([404, {}]);
});

test.each<[string, Record<string, string>]>([
  ['a page of another origin', { origin: 'https://example.com' }],
  ['a page, whatever it says of its origin', { 'sec-fetch-site': 'same-origin' }],
  ['who came by another name', { host: 'rebound.example.com' }],
  ['who came by a name that only begins well', { host: 'localhost.example.com' }],
])('refuses %s', async (_, headers) => {
  const { emulator } = await start();
  expect(await statusOf(emulator, 'GET', headers)).toBe(403);
  expect(await statusOf(emulator, 'OPTIONS', headers)).toBe(403);
});

test('no page is told that it may', async () => {
  const { emulator } = await start();
  const { headers } = await fetch(`${emulator.url}/_outcrop/latency`, {
    method: 'OPTIONS',
    headers: { origin: 'https://example.com', 'access-control-request-method': 'PUT' },
  });
  expect(headers.get('access-control-allow-methods')).toBeNull();
});

test('refuses a body that a form could send', async () => {
  const { emulator } = await start();
  const { status } = await fetch(`${emulator.url}/_outcrop/latency`, { method: 'PUT', body: '"none"' });
  expect(status).toBe(400);
});

test('answers over HTTP/2 too', async () => {
  const { emulator } = await start();
  const session = connectHttp2(emulator.url);
  const stream = session.request({ ':path': '/_outcrop' });
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
  session.destroy();
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal);

test.skipIf(outside === undefined)('refuses other machines, by whatever name they come', async () => {
  const { emulator } = await start({ host: '0.0.0.0' });
  const url = `http://${outside?.address}:${emulator.port}`;
  expect(await statusOf({ url }, 'GET', { host: 'localhost' })).toBe(403);
});

test('never fails on a body, whatever it holds', async () => {
  const { send } = await start();
  const paths = constantFrom(
    ['PUT', '/latency'],
    ['PUT', '/chaos'],
    ['POST', '/rules'],
    ['POST', '/outages'],
    ['POST', '/quotas'],
  );
  const property = asyncProperty(paths, anything({ maxDepth: 3 }), async ([method = '', path = ''], body) => {
    const [status] = await send(method, path, JSON.parse(JSON.stringify(body) ?? '0'));
    expect([200, 204, 400, 404]).toContain(status);
    await send('DELETE', '');
  });
  await check(property);
});

async function start(options: Parameters<typeof createEmulator>[0] = {}) {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  async function send(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${emulator.url}/_outcrop${path}`, sent);
    const text = await response.text();
    return [response.status, text === '' ? undefined : JSON.parse(text)];
  }
  return { emulator, send };
}

async function ask(emulator: Emulator): Promise<string> {
  return (await emulator.connect(target).converse(request)).stopReason;
}

/** `fetch` sets such headers by itself. */
function statusOf(
  { url }: { url: string },
  method: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = requestHttp(`${url}/_outcrop`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}
