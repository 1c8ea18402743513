import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Target, textOf } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { reply } from '@outcrop/converse/testing';
import { createBedrock, type NodeOptions } from '@outcrop/providers/direct/node';
import { expect, onTestFinished, test } from 'vitest';

const target: Target = {
  model: 'Granite',
  id: 'granite-v1',
  region: 'eu-west-1',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'granite',
  traits: {},
};
const question = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(options: NodeOptions) {
  const bedrock = createBedrock({ auth: { apiKey: 'a-key' }, env: {}, ...options });
  onTestFinished(() => bedrock.close());
  return bedrock.connect(target);
}

const answer = (response: ServerResponse) => response.end(JSON.stringify(toJson(reply('Granite.'))));

test('goes through the proxy of the environment', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = await serve(({ url }, response) => {
    asked.push(url);
    answer(response);
  });
  const model = connect({ env: { HTTP_PROXY: proxy }, endpoint: 'http://bedrock.example' });
  expect(textOf(await model.converse(question))).toBe('Granite.');
  expect(asked).toEqual(['http://bedrock.example/model/granite-v1/converse']);
});

test('asks what runs on this machine itself, whatever proxy there is', async () => {
  const endpoint = await serve((_, response) => answer(response));
  const model = connect({ env: { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'other.example' }, endpoint });
  expect(textOf(await model.converse(question))).toBe('Granite.');
});

test('waits no longer for a connection than it may', async () => {
  // A name that is never resolved is a connection that never stands.
  const agent = new Agent({ lookup: () => {} });
  const model = connect({ agent, endpoint: 'http://bedrock.example' });
  await expect(model.converse(question, { deadlines: { connectMs: 20 } })).rejects.toMatchObject({
    code: 'timeout',
    phase: 'connect',
    deadlineMs: 20,
  });
});

test('waits as long as it takes for an answer, once the connection stands', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const endpoint = await serve((_, response) => asked.resolve(response));
  let time = 0;
  const timers: { at: number; ring: () => void }[] = [];
  const delay = (ms: number) => new Promise<void>((ring) => timers.push({ at: time + ms, ring }));
  const model = connect({ endpoint, deadlines: { connectMs: 1_000 }, now: () => time, delay });
  const reply = model.converse(question);
  const response = await asked.promise;
  time = 3_600_000;
  for (const { ring } of timers) ring();
  answer(response);
  expect(textOf(await reply)).toBe('Granite.');
});

test('uses a connection again', async () => {
  const ports = new Set<number | undefined>();
  const endpoint = await serve(({ socket }, response) => {
    ports.add(socket.remotePort);
    answer(response);
  });
  const model = connect({ endpoint });
  for (let call = 0; call < 5; call++) await model.converse(question);
  expect(ports.size).toBe(1);
});

test('says that the connection broke in the middle of an answer', async () => {
  const endpoint = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1_000, 'x-amzn-requestid': 'request-1' });
    response.write('{"output":', () => response.destroy());
  });
  await expect(connect({ endpoint }).converse(question)).rejects.toMatchObject({
    code: 'connection',
    status: 200,
    requestId: 'request-1',
  });
});

test('says that an answer which switches to another protocol is none', async () => {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n';
  const endpoint = await serve(({ socket }) => socket.write(head));
  await expect(connect({ endpoint }).converse(question)).rejects.toMatchObject({ code: 'connection' });
});

test('sends a document as it is', async () => {
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
  const asked = Promise.withResolvers<string>();
  const endpoint = await serve(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    asked.resolve(Buffer.concat(pieces).toString());
    answer(response);
  });
  const document = { format: 'pdf' as const, name: 'Rocks', source: { bytes } };
  await connect({ endpoint }).converse({
    messages: [{ role: 'user', content: [{ text: 'What is in it? ≈' }, { document }] }],
  });
  const [text, sent] = JSON.parse(await asked.promise).messages[0].content;
  expect(text).toEqual({ text: 'What is in it? ≈' });
  expect(Buffer.from(sent.document.source.bytes, 'base64').equals(bytes)).toBe(true);
});
