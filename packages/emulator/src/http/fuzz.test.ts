import { once } from 'node:events';
import { connect } from 'node:net';
import { createEmulator } from '@outcrop/emulator';
import {
  array,
  asyncProperty,
  assert as check,
  constantFrom,
  dictionary,
  oneof,
  readConfigureGlobal,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const modelId = 'amazon.nova-lite-v1:0';
const path = `/model/${encodeURIComponent(modelId)}/converse`;
const hello = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] });
// Two minutes for the hundred cases of every gate, and as much for each hundred of a release.
const unhurried = { timeout: 1_200 * (readConfigureGlobal().numRuns ?? 100) };

const emulator = await createEmulator();
afterAll(() => emulator.close());

/** It still answers: nothing that came before has harmed it. */
async function isWell(): Promise<void> {
  expect((await fetch(emulator.url + path, { method: 'POST', body: hello })).status).toBe(200);
}

test('any method, path, headers and body get an answer that says what it is', unhurried, async () => {
  const segment = oneof(
    constantFrom('model', 'converse', 'converse-stream', '_outcrop', 'm', '%00', '%', '..', ''),
    string(),
  );
  const paths = array(segment, { maxLength: 6 }).map((segments) => `/${segments.map(encodeURI).join('/')}`);
  const header = constantFrom('authorization', 'x-outcrop-fault', 'content-type', 'accept', 'origin', 'x-amz-date');
  const headers = dictionary(
    header,
    string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim()),
  );
  const methods = constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'QUERY');
  const requests = tuple(methods, paths, headers, oneof(string(), constantFrom(hello, '{}', 'null')));
  const property = asyncProperty(requests, async ([method, path, headers, body]) => {
    const sent = method === 'GET' ? { method, headers } : { method, headers, body };
    const response = await fetch(emulator.url + path, sent);
    await response.arrayBuffer();
    const { status } = response;
    expect(status < 500 && (status < 300 || response.headers.has('x-amzn-errortype'))).toBe(true);
  });
  await check(property);
  await isWell();
});

test('any header for a fault is refused or done', unhurried, async () => {
  const specs = oneof(
    string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    tuple(
      constantFrom('half_frame', 'bad_crc', 'granite', 'ThrottlingException'),
      constantFrom('bytes', 'ms', 'x'),
      string(),
    ).map(([name, option, value]) => `${name}; ${option}=${value.replaceAll(/[^\x20-\x7e]/g, '')}`),
  );
  const property = asyncProperty(specs, async (spec) => {
    const headers = { 'x-outcrop-fault': spec };
    const response = await fetch(emulator.url + path, { method: 'POST', headers, body: hello });
    await response.arrayBuffer();
    expect([200, 400, 429]).toContain(response.status);
  });
  await check(property);
  await isWell();
});

const request = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n`;
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]);

test.each<[string, Buffer]>([
  ['a connection', Buffer.alloc(0)],
  ['half a request', Buffer.from(request)],
  ['a body in chunks', Buffer.from(`${request}transfer-encoding: chunked\r\n\r\n`)],
  ['a body that is shorter than it says', Buffer.from(`${request}content-length: 1000\r\n\r\n`)],
  ['two lengths', Buffer.from(`${request}content-length: 1\r\ncontent-length: 2\r\n\r\n`)],
  ['an upgrade', Buffer.from(`${request}connection: upgrade\r\nupgrade: h2c\r\n\r\n`)],
  ['half a preface', preface.subarray(0, 10)],
  ['an HTTP/2 session', preface],
  ['a TLS handshake', Buffer.from([0x16, 3, 1, 0, 200, 1])],
])('any bytes may follow %s', unhurried, async (_, start) => {
  const property = asyncProperty(uint8Array({ maxLength: 200 }), async (bytes) => {
    const socket = connect({ port: emulator.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.resume();
    socket.end(Buffer.concat([start, bytes]));
    await once(socket, 'close');
  });
  await check(property);
  await isWell();
});

test('any frames may come in an HTTP/2 session', unhurried, async () => {
  const frame = tuple(
    constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200),
    constantFrom(0, 1, 4, 5, 32, 255),
    constantFrom(0, 1, 2, 3),
    uint8Array({ maxLength: 40 }),
  );
  const property = asyncProperty(array(frame, { maxLength: 8 }), async (frames) => {
    const socket = connect({ port: emulator.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.resume();
    const bytes = frames.map(([type, flags, stream, payload]) =>
      Buffer.concat([Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]), payload]),
    );
    socket.end(Buffer.concat([preface, ...bytes]));
    await once(socket, 'close');
  });
  await check(property);
  await isWell();
});
