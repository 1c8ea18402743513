import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { isConverseError } from '@outcrop/converse';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { question, target, ways } from './scene.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const http2Settings = '\0\0\0\x04\0\0\0\0\0';

const answers: [name: string, bytes: string][] = [
  ['nothing', ''],
  ['what is no HTTP', 'granite\r\n\r\n'],
  ['half a head', `${ok}content-le`],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
  ['another protocol without its name', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['a promise of an answer', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: rock\r\n\r\n'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['nothing new', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ['a way elsewhere', 'HTTP/1.1 307 Temporary Redirect\r\nlocation: /rock\r\ncontent-length: 0\r\n\r\n'],
  ['a question for a password', 'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic\r\ncontent-length: 2\r\n\r\n{}'],
  ['an empty body', `${ok}content-length: 0\r\n\r\n`],
  ['half a body', `${ok}content-length: 10\r\n\r\n{}`],
  ['half a refusal', 'HTTP/1.1 403 Forbidden\r\ncontent-length: 10\r\n\r\n{}'],
  ['a body without a length', `${ok}\r\n{}`],
  ['half a chunk', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nab`],
  ['a chunk without a length', `${ok}transfer-encoding: chunked\r\n\r\nzz\r\nab`],
  ['two answers', `${ok}content-length: 2\r\n\r\n{}${ok}content-length: 2\r\n\r\n{}`],
  ['a body that is packed otherwise than it says', `${ok}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}`],
  ['an endless head', `${ok}rock: ${'a'.repeat(200_000)}\r\n\r\n`],
  ['an HTTP/2 session', http2Settings],
  ['the end of an HTTP/2 session', `${http2Settings}\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0`],
];

const ends = {
  ends: (socket: Socket) => socket.end(),
  resets: (socket: Socket) => socket.resetAndDestroy(),
};

/** Says the same to everybody, whatever is asked, and goes. */
async function say(bytes: string | Uint8Array, end: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes, () => end(socket)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.dispose]: () => void server.close() };
}

/** Fails, in one way or another, and above all: it comes to an end. */
async function fails(call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => 'It should have failed.',
    (error: unknown) => error,
  );
  expect(isConverseError(error) ? error.code : error).toMatch(/^(connection|malformed_reply|unavailable|credentials)$/);
}

describe.each(ways)('%s', (_, create) => {
  test.each(
    answers.flatMap(([name, bytes]) => Object.entries(ends).map(([how, end]) => [name, how, bytes, end] as const)),
  )('ends a call when the connection does: %s comes, and the server %s it', async (_name, _how, bytes, end) => {
    using server = await say(bytes, end);
    await using bedrock = create(server.url);
    const model = bedrock.connect(target);
    await fails(model.converse(question));
    await fails(model.converseStream(question).response);
  });

  test('ends a call when the connection does, whatever came', async () => {
    const starts = fc.constantFrom(
      ...answers.map(([, bytes]) => Buffer.from(bytes, 'latin1')),
      Buffer.from(`${ok}\r\n`),
    );
    const property = fc.asyncProperty(starts, fc.uint8Array(), fc.boolean(), async (start, bytes, isStream) => {
      using server = await say(Buffer.concat([start, bytes]), ends.ends);
      await using bedrock = create(server.url);
      const model = bedrock.connect(target);
      await fails(isStream ? model.converseStream(question).response : model.converse(question));
    });
    await fc.assert(property);
  });
});
