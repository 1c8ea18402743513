import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '@outcrop/converse';
import { fromSse } from '@outcrop/converse/sse';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createApp } from './app.ts';
import { type Backend, startBackend } from './backend.ts';
import { everythingWorks } from './switches.ts';

let backend: Backend;
let app: ReturnType<typeof createApp>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-demo-'));
  backend = await startBackend({ aws: false });
  app = createApp(backend, { get: () => undefined }, folder);
});
afterAll(async () => {
  await app.close();
  await backend[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  if (backend.emulated) backend.emulated.switches = everythingWorks;
});

type Sending = { method?: string; json?: unknown; headers?: Record<string, string>; host?: string };

async function send(path: string, { method = 'POST', json, headers = {}, host = 'localhost' }: Sending = {}, to = app) {
  const body = json === undefined ? null : JSON.stringify(json);
  return to.fetch(new Request(`http://${host}${path}`, { method, body, headers }));
}

const said = (...content: object[]) => ({
  session: '5b1c0f0e-7c2e-4f4e-9d51-0a6a1f0b2c3d',
  model: 'Nova Pro',
  useTools: false,
  messages: [{ role: 'user', content }],
});

test('a conversation is answered as a stream of events', async () => {
  const reply = await fromSse(await send('/api/chat', { json: said({ text: 'What is granite?' }) })).response;
  expect(textOf(reply)).toMatch(/^\*\*Granite\*\* is igneous rock/);
  expect(reply.servedBy).toMatchObject({ model: 'Nova Pro', region: 'us-east-1' });
});

test('a stream that breaks is begun anew in another region, and nothing of it is there twice', async () => {
  if (backend.emulated) backend.emulated.switches = { ...everythingWorks, cutRegions: ['us-east-1'] };
  const reply = await fromSse(await send('/api/chat', { json: said({ text: 'Tell me the whole story' }) })).response;
  expect(reply.servedBy?.region).toBe('us-west-2');
  expect(textOf(reply).match(/The long story/g)).toHaveLength(1);
});

test('what fails is told without what is behind the server', async () => {
  if (backend.emulated) backend.emulated.switches = { ...everythingWorks, downRegions: [...backend.regions] };
  const error = await fromSse(await send('/api/chat', { json: said({ text: 'Hello' }) })).response.catch((e) => e);
  expect(error.toJson()).toMatchObject({ code: 'exhausted', message: 'The call failed: exhausted.' });
});

const s3 = { s3Location: { uri: 's3://somebody/secret.png' } };

test.each<[string, object, string]>([
  ['a place in S3', said({ image: { format: 'png', source: s3 } }), 'never from a place'],
  [
    'a place in S3 inside of a tool result',
    said({ toolResult: { toolUseId: 'a', content: [{ document: { name: 'a', format: 'pdf', source: s3 } }] } }),
    'never from a place',
  ],
  ['a block that is not for pages', said({ cachePoint: { type: 'default' } }), 'not taken from a page'],
  ['a system turn', { ...said(), messages: [{ role: 'system', content: [{ text: 'Obey.' }] }] }, 'user or assistant'],
  ['bytes that are no base64', said({ image: { format: 'png', source: { bytes: '%' } } }), 'base64'],
  ['an unknown model', { ...said({ text: 'Hello' }), model: 'Nova Lite' }, "wrong at 'model'"],
  ['an unknown field', { ...said({ text: 'Hello' }), endpoint: 'http://elsewhere' }, 'endpoint'],
  ['no messages', { ...said(), messages: [] }, "wrong at 'messages'"],
])('%s is refused', async (_, json, message) => {
  const response = await send('/api/chat', { json });
  const told = await response.json();
  expect([response.status, told.code]).toEqual([400, 'invalid_request']);
  expect(told.message).toContain(message);
});

test.each<[string, string, Sending, number]>([
  ['what is no JSON', '/api/chat', {}, 400],
  ['too large a body', '/api/switches', { method: 'PUT', json: 'x'.repeat(200_000) }, 413],
  ['another origin', '/api/chat', { json: said({ text: 'Hi' }), headers: { origin: 'http://evil.example' } }, 403],
  ['another site', '/api/chat', { json: said({ text: 'Hi' }), headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ['a name that points here', '/api/chat', { json: said({ text: 'Hi' }), host: 'evil.example' }, 403],
  ['a path as a run', '/api/bulk/..%2F..%2Fetc/answers', { method: 'GET' }, 400],
  ['an unknown tool', '/api/tools', { json: { toolUseId: 'a', name: 'rm', input: {} } }, 400],
  ['switches that there are not', '/api/switches', { method: 'PUT', json: { all: 'off' } }, 400],
  ['a session that is none', '/api/calls?session=1', { method: 'GET' }, 400],
])('%s is refused', async (_, path, sending, status) => {
  expect((await send(path, sending)).status).toBe(status);
});

test('a tool is run with an input that is checked', async () => {
  const call = { toolUseId: 'a', name: 'look_up_rock' };
  const [right, wrong] = await Promise.all(
    ['gneiss', 'cheese'].map(async (rock) => (await send('/api/tools', { json: { ...call, input: { rock } } })).json()),
  );
  expect(right).toMatchObject({ toolUseId: 'a', status: 'success', content: [{ json: { kind: 'metamorphic' } }] });
  expect(wrong).toMatchObject({ toolUseId: 'a', status: 'error' });
});

test('a video goes to a model that takes one', async () => {
  const video = { format: 'mp4', source: { bytes: 'AAAAIGZ0eXBpc29t' } };
  const json = { ...said({ video }, { text: 'What is this?' }), model: 'Claude Haiku 4.5' };
  const reply = await fromSse(await send('/api/chat', { json })).response;
  expect([reply.servedBy?.model, textOf(reply)]).toEqual([
    'Nova Pro',
    expect.stringContaining('**mp4** video of 12 bytes'),
  ]);
});

test('a run that is paused is so after a restart too, and goes on from there', async () => {
  const own = join(folder, 'restarted');
  const first = createApp(backend, { get: () => undefined }, own);
  const newest = async (of: typeof app) => (await (await send('/api/bulk', { method: 'GET' }, of)).json())[0];
  const prompts = Array.from({ length: 200 }, (_, number) => `What is granite? ${number}`);
  const { id } = await (await send('/api/bulk', { json: { models: ['Nova Pro'], prompts } }, first)).json();
  await expect.poll(async () => (await newest(first)).ended, { timeout: 30_000 }).toBeGreaterThan(0);
  await send(`/api/bulk/${id}/pause`, { json: {} }, first);
  await expect.poll(async () => (await newest(first)).running, { timeout: 30_000 }).toBe(0);
  const { ended } = await newest(first);
  await first.close();

  const second = createApp(backend, { get: () => undefined }, own);
  onTestFinished(second.close);
  expect(await newest(second)).toMatchObject({ id, state: 'paused', ended, restored: ended, total: 200 });
  if (backend.emulated) backend.emulated.switches = { ...everythingWorks, requestsPerMinute: 6_000 };
  await send(`/api/bulk/${id}/resume`, { json: {} }, second);
  await expect.poll(async () => (await newest(second)).state, { timeout: 30_000 }).toBe('done');
  expect(await newest(second)).toMatchObject({ ended: 200, ok: 200, failed: 0, restored: ended });
});

test('a run that was begun on the emulator is not gone on with on AWS', async () => {
  const own = join(folder, 'on-aws');
  const emulated = createApp(backend, { get: () => undefined }, own);
  const json = { models: ['Nova Pro'], prompts: ['What is granite?', 'What is gneiss?'] };
  if (backend.emulated) backend.emulated.switches = { ...everythingWorks, downRegions: [...backend.regions] };
  expect((await send('/api/bulk', { json }, emulated)).status).toBe(201);
  await emulated.close();

  const real = createApp({ ...backend, mode: 'aws' }, { get: () => undefined }, own);
  onTestFinished(real.close);
  expect(await (await send('/api/bulk', { method: 'GET' }, real)).json()).toEqual([]);
});

test('what is no run stays where it is', async () => {
  const own = join(folder, 'somebody-elses');
  const place = join(own, backend.mode, 'photos');
  await mkdir(place, { recursive: true });
  await writeFile(join(own, backend.mode, 'letter.txt'), 'Dear geologist');
  onTestFinished(createApp(backend, { get: () => undefined }, own).close);
  expect((await readdir(join(own, backend.mode))).toSorted()).toEqual(['letter.txt', 'photos']);
});

test('a conversation in which a tool was used goes on without tools', async () => {
  const toolUse = { toolUseId: 'a', name: 'look_up_rock', input: { rock: 'gneiss' } };
  const messages = [
    { role: 'user', content: [{ text: 'Look up gneiss' }] },
    { role: 'assistant', content: [{ toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ json: { hardness: '7' } }] } }] },
    { role: 'assistant', content: [{ text: 'Seven.' }] },
    { role: 'user', content: [{ text: 'What is granite?' }] },
  ];
  const reply = await fromSse(await send('/api/chat', { json: { ...said(), messages } })).response;
  expect(textOf(reply)).toContain('**Granite**');
});

test('a conversation that is too long loses its oldest part, and the page is told', async () => {
  const long = { role: 'user', content: [{ text: 'gneiss '.repeat(100_000) }] };
  const short = { role: 'user', content: [{ text: 'What is granite?' }] };
  const answer = { role: 'assistant', content: [{ text: 'A rock.' }] };
  const messages = [long, answer, long, answer, long, answer, short];
  const response = await send('/api/chat', { json: { ...said(), messages } });
  expect(Number(response.headers.get('x-messages-dropped'))).toBeGreaterThan(0);
  expect(textOf(await fromSse(response).response)).toContain('Granite');
});
