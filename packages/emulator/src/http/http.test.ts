import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { reply } from '@outcrop/converse/testing';
import { createEmulator, echo } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, string, uint8Array } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator({ respond: echo, lenient: true });
afterAll(() => emulator.close());

const hello = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] });
const requestId = expect.stringMatching(/^[\da-f-]{36}$/);

test.each([
  ['amazon.nova-lite-v1%3A0', 'amazon.nova-lite-v1:0'],
  ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
  [
    'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-lite-v1%3A0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0',
  ],
])('reads the model out of %s', async (path, modelId) => {
  expect((await post(`/model/${path}/converse`, hello)).status).toBe(200);
  expect(emulator.requests.at(-1)?.modelId).toBe(modelId);
});

test.each([
  [
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/ap-south-1/bedrock/aws4_request, SignedHeaders=host',
    'ap-south-1',
  ],
  ['Bearer bedrock-api-key-example', 'us-east-1'],
])('takes the region from %s', async (authorization, region) => {
  await post('/model/m/converse', hello, { authorization });
  expect(emulator.requests.at(-1)?.region).toBe(region);
});

test.each<[string, Record<string, string>, string]>([
  ['/region/ap-south-1/model/m/converse', {}, 'ap-south-1'],
  ['/region/ap-south-1/model/m/converse?a=b', { authorization: 'Bearer bedrock-api-key-example' }, 'ap-south-1'],
  [
    '/region/ap-south-1/model/m/converse',
    { authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-west-3/bedrock/aws4_request' },
    'eu-west-3',
  ],
  ['/model/m/converse', {}, 'us-east-1'],
])('takes the region from the path %s, unless it is signed', async (path, headers, region) => {
  expect((await post(path, hello, headers)).status).toBe(200);
  expect(emulator.requests.at(-1)).toMatchObject({ modelId: 'm', region });
});

test('takes the region that it was given, where nothing names one', async () => {
  await using emulator = await createEmulator({ region: 'eu-north-1', lenient: true });
  await fetch(`${emulator.url}/model/m/converse`, { method: 'POST', body: hello });
  expect(emulator.requests.at(-1)?.region).toBe('eu-north-1');
});

test.each<[string, string, string]>([
  ['POST', '/region/us-east-1', '{}'],
  ['POST', '/model/m/converse-later', '{}'],
  ['POST', '/', '{}'],
  ['POST', '/model/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc/converse', '{}'],
  ['POST', '/model/%E0%A4%A/converse', '{}'],
  ['PUT', '/model/m/converse', '{}'],
])('knows no operation %s %s', async (method, path, body) => {
  const response = await fetch(emulator.url + path, { method, body });
  const said = { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' };
  expect([response.status, response.headers.get('x-amzn-errortype'), await response.json()]).toEqual([200, null, said]);
});

test.each<[string, string | Uint8Array<ArrayBuffer>, string]>([
  ['no JSON', '{"messages": [', 'the text is not JSON'],
  ['nothing', '', 'the text is not JSON'],
  ['another type', '{"messages": {"role": "user"}}', 'messages: expected an array, got an object'],
  [
    'bytes that are no base64',
    '{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"bytes":"granite!"}}}]}]}',
    'messages[0].content[0].image.source.bytes: expected base64',
  ],
  ['too much', new Uint8Array(25_000_001), 'larger than 25000000 bytes'],
])('refuses a body that is %s', async (_, body, message) => {
  const response = await post('/model/m/converse', body);
  expect({ status: response.status, ...Object.fromEntries(response.headers) }).toMatchObject({
    status: 400,
    'x-amzn-errortype': 'ValidationException',
    'x-amzn-requestid': requestId,
    'content-type': 'application/json',
  });
  expect(await response.json()).toEqual({ message: expect.stringContaining(message) });
});

test('sends what Bedrock sends, and nothing of ours', async () => {
  const warnings = [{ code: 'ours', message: 'Ours.' }];
  emulator.when().reply({ ...reply('Granite.'), warnings });
  expect(await (await post('/model/m/converse', hello)).json()).toEqual(reply('Granite.'));
});

test('lets a page of any origin ask, and read what it is told', async () => {
  const preflight = await fetch(`${emulator.url}/model/m/converse`, {
    method: 'OPTIONS',
    headers: { origin: 'https://example.com', 'access-control-request-headers': 'authorization,x-amz-date' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'authorization,x-amz-date',
  ]);
  const { headers } = await post('/model/m/converse', hello, { origin: 'https://example.com' });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-expose-headers')).toContain('x-amzn-requestid');
});

test('knows HTTP/2 by its first bytes, also when they come one by one', async () => {
  const socket = connect({ port: emulator.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  for (const byte of Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')) {
    await new Promise((sent) => void socket.write(Uint8Array.of(byte), sent));
  }
  // An empty SETTINGS frame, which the server answers with its own.
  socket.write(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.readUInt8(3)).toBe(4);
  socket.destroy();
});

test('serves HTTP/1.1 whose first bytes come one by one', async () => {
  const socket = connect({ port: emulator.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  for (const byte of Buffer.from('POST /nowhere HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')) {
    await new Promise((sent) => void socket.write(Uint8Array.of(byte), sent));
  }
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

test('serves many streams of one HTTP/2 session', async () => {
  const session = connectHttp2(emulator.url);
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const stream = session.request({ ':method': 'POST', ':path': '/model/m/converse' });
      stream.end(hello);
      const [headers] = await once(stream, 'response');
      stream.resume();
      return headers[':status'];
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  session.destroy();
});

test('never fails on a body, whatever it holds', async () => {
  const shapes = anything({ maxDepth: 4 }).map((value) => JSON.stringify({ messages: value }) ?? '');
  for (const bodies of [string({ unit: 'binary' }), uint8Array(), shapes]) {
    const property = asyncProperty(bodies as typeof shapes, async (body) => {
      const { status } = await post('/model/m/converse', body);
      expect([200, 400]).toContain(status);
    });
    await check(property);
  }
});

test.each(['', 'POST / HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'])(
  'never fails on bytes that are no HTTP, behind %j',
  async (start) => {
    const property = asyncProperty(uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
      const socket = connect({ port: emulator.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.resume();
      socket.end(Buffer.concat([Buffer.from(start), bytes]));
      await once(socket, 'close');
    });
    await check(property);
    expect((await post('/model/m/converse', hello)).status).toBe(200);
  },
);

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(emulator.url + path, { method: 'POST', body, headers });
}
