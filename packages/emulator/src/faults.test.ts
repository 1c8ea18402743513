import { request as requestHttp1 } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { ConverseError, type ConverseErrorCode, type ConverseResponse } from '@outcrop/converse';
import { type BedrockErrorName, createEmulator, type FaultOptions, fault, type WireFaultName } from '@outcrop/emulator';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { afterAll, describe, expect, test } from 'vitest';

const emulator = await createEmulator({ wallNow: () => Date.UTC(2026, 10, 26) });
afterAll(() => emulator.close());

const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };
const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock?' }] }] };
const transports = { 'HTTP/1.1': overHttp1, 'HTTP/2': overHttp2 };
type Transport = keyof typeof transports;

/** What a client sees: the status, what could be read of the body, and how it ended. */
type Seen = [status: number | undefined, read: unknown, end: string];
// A reset may overtake what was sent before it, so of some only the end is sure. RST_STREAM 8 is what Node's client says of
// a connection that is lost.
type Expected = Seen | string;
type Both = Expected | Record<Transport, Expected>;

const wholeReply: unknown = expect.objectContaining({ stopReason: 'end_turn' });
const wholeStream = ['messageStart', 'text', 'text', 'contentBlockStop', 'messageStop', 'metadata'];
const begun = ['messageStart', 'text'];
const noJson = 'no JSON';
// One line a fault: what it does to a reply, to a stream that has begun, and what both are in process.
const table: [WireFaultName, FaultOptions, ofReply: Both, inStream: Both, code: [reply: string, stream: string]][] = [
  [
    'reset',
    {},
    { 'HTTP/1.1': [undefined, undefined, 'ECONNRESET'], 'HTTP/2': [undefined, undefined, 'RST_STREAM 8'] },
    { 'HTTP/1.1': 'ECONNRESET', 'HTTP/2': 'RST_STREAM 8' },
    ['connection', 'connection'],
  ],
  [
    'stream_reset',
    {},
    { 'HTTP/1.1': [undefined, undefined, 'ECONNRESET'], 'HTTP/2': [undefined, undefined, 'RST_STREAM 2'] },
    { 'HTTP/1.1': 'ECONNRESET', 'HTTP/2': 'RST_STREAM 2' },
    ['connection', 'connection'],
  ],
  [
    'session_drop',
    {},
    { 'HTTP/1.1': [undefined, undefined, 'ECONNRESET'], 'HTTP/2': [undefined, undefined, 'GOAWAY'] },
    { 'HTTP/1.1': [200, begun, 'ECONNRESET'], 'HTTP/2': [200, begun, 'GOAWAY'] },
    ['connection', 'connection'],
  ],
  ['slow_headers', { ms: 1 }, [200, wholeReply, 'end'], [200, wholeStream, 'end'], ['', '']],
  ['slow_bytes', { ms: 1, bytes: 50 }, [200, wholeReply, 'end'], [200, wholeStream, 'end'], ['', '']],
  [
    'half_frame',
    { bytes: 7 },
    [200, noJson, 'end'],
    [200, ['messageStart', 'text', '7 bytes'], 'end'],
    ['malformed_reply', 'connection'],
  ],
  [
    'bad_prelude_crc',
    {},
    [200, noJson, 'end'],
    [200, ['messageStart', 'text', expect.stringContaining('prelude checksum')], 'end'],
    ['malformed_reply', 'connection'],
  ],
  [
    'bad_crc',
    {},
    [200, noJson, 'end'],
    [200, ['messageStart', 'text', expect.stringContaining('message checksum')], 'end'],
    ['malformed_reply', 'connection'],
  ],
  [
    'lying_length',
    { bytes: 9 },
    {
      'HTTP/1.1': [200, wholeReply, 'ECONNRESET'],
      'HTTP/2': [200, wholeReply, 'RST_STREAM 1'],
    },
    [200, ['messageStart', 'text', expect.stringMatching(/^\d+ bytes$/)], 'end'],
    ['connection', 'connection'],
  ],
  [
    'malformed_json',
    {},
    [200, noJson, 'end'],
    [200, ['messageStart', 'text', noJson], 'end'],
    ['malformed_reply', 'malformed_reply'],
  ],
  [
    'error_frame',
    {},
    [500, { message: 'Something failed that has no name.' }, 'end'],
    [200, ['messageStart', 'text', 'error InternalFailure'], 'end'],
    ['internal', 'internal'],
  ],
  [
    'unknown_event',
    {},
    [200, expect.objectContaining({ stopReason: 'end_turn', futureField: { rock: 'granite' } }), 'end'],
    [200, [...wholeStream.slice(0, 2), 'futureEvent', ...wholeStream.slice(2)], 'end'],
    ['', ''],
  ],
  ['early_end', {}, [200, {}, 'end'], [200, ['messageStart', 'text'], 'end'], ['malformed_reply', 'stream_truncated']],
  [
    'empty_reply',
    {},
    [200, noJson, 'end'],
    [200, ['messageStart', 'text'], 'end'],
    ['malformed_reply', 'stream_truncated'],
  ],
  [
    'bad_gateway',
    {},
    [502, noJson, 'end'],
    [200, ['messageStart', 'text', expect.anything()], 'end'],
    ['unavailable', 'connection'],
  ],
  [
    'clock_skew',
    {},
    [403, { message: 'Signature expired.' }, 'end'],
    [200, ['messageStart', 'text', 'error InvalidSignatureException'], 'end'],
    ['credentials', 'credentials'],
  ],
];

describe.each(Object.entries(transports))('over %s', (name, send) => {
  const check = (seen: Seen, both: Both) => {
    const expected = Array.isArray(both) || typeof both === 'string' ? both : both[name as Transport];
    expect(typeof expected === 'string' ? seen[2] : seen).toEqual(expected);
  };

  test.each(table)('%s %j does to a reply what it says', async (name, options, ofReply) => {
    emulator.when().reply(fault(name, options));
    check(await send('/model/amazon.nova-lite-v1%3A0/converse', {}), ofReply);
  });

  test.each(table)('%s %j does inside of a stream what it says', async (name, options, _, inStream) => {
    emulator.when().reply(fault(name, { ...options, afterEvents: 2 }));
    check(await send('/model/amazon.nova-lite-v1%3A0/converse-stream', {}), inStream);
  });

  test.each<[string, string, Seen]>([
    ['before it', 'ThrottlingException', [429, { message: expect.stringContaining('Too many requests') }, 'end']],
    [
      'as its first frame',
      'ModelStreamErrorException; after_events=0',
      [200, ['exception modelStreamErrorException'], 'end'],
    ],
    [
      'behind two events',
      'ServiceUnavailableException; after_events=2',
      [200, ['messageStart', 'text', 'exception serviceUnavailableException'], 'end'],
    ],
    ['that is none', 'granite', [400, { message: expect.stringContaining("There is no fault 'granite'.") }, 'end']],
    ['with a typo', 'reset; after=2', [400, { message: expect.stringContaining("'after=2'") }, 'end']],
  ])('a header asks a stream for an exception %s', async (_, header, seen) => {
    expect(await send('/model/amazon.nova-lite-v1%3A0/converse-stream', { 'x-outcrop-fault': header })).toEqual(seen);
  });

  test.each(['hang', 'hang_after_headers'] as const)('%s leaves the connection open', async (name) => {
    emulator.when().reply(fault(name));
    const controller = new AbortController();
    let status: number | undefined;
    const hanging = send(
      '/model/amazon.nova-lite-v1%3A0/converse',
      {},
      { signal: controller.signal, onHead: (head) => (status = head) },
    );
    await expect.poll(() => emulator.requests.at(-1)?.outcome).toEqual({ type: 'broken', fault: name });
    if (name === 'hang_after_headers') await expect.poll(() => status).toBe(200);
    controller.abort();
    expect((await hanging)[2]).toBe('aborted');
    expect(status).toBe(name === 'hang' ? undefined : 200);
  });
});

test('half a frame may end at any byte', async () => {
  for (let bytes = 0; bytes < 120; bytes++) {
    emulator.when().reply(fault('half_frame', { bytes, afterEvents: 1 }));
    const [, read] = await overHttp1('/model/amazon.nova-lite-v1%3A0/converse-stream', {});
    expect(read).toEqual(bytes === 0 ? ['messageStart'] : ['messageStart', `${bytes} bytes`]);
  }
});

test('the clock of the service is ahead, and its Date says so', async () => {
  emulator.when().reply(fault('clock_skew', { ms: 60_000 }));
  const { headers } = await fetch(`${emulator.url}/model/amazon.nova-lite-v1%3A0/converse`, {
    method: 'POST',
    body: JSON.stringify(request),
  });
  expect([headers.get('date'), headers.get('x-amzn-errortype')]).toEqual([
    'Thu, 26 Nov 2026 00:01:00 GMT',
    'InvalidSignatureException',
  ]);
});

test('a marker in the last prompt asks for a fault too', async () => {
  const prompt = 'Tell me. [[fault: ModelNotReadyException]]';
  const messages = [{ role: 'user' as const, content: [{ text: prompt }] }];
  await expect(emulator.connect(target).converse({ messages })).rejects.toMatchObject({ code: 'model_not_ready' });
});

describe('in process', () => {
  const model = emulator.connect(target);

  test.each(table)('%s %j is what a client would read', async (name, options, _, __, [ofReply, inStream]) => {
    emulator.when().reply(fault(name, options), fault(name, { ...options, afterEvents: 2 }));
    expect(await ending(model.converse(request))).toBe(ofReply);
    expect(await ending(model.converseStream(request).response)).toBe(inStream);
  });

  test.each(['hang', 'hang_after_headers'] as const)('%s ends on the signal, with its reason', async (name) => {
    emulator.when().always(fault(name)).end();
    emulator.when().reply(fault(name));
    const controller = new AbortController();
    const call = model.converse(request, { signal: controller.signal });
    await expect.poll(() => emulator.requests.at(-1)?.outcome).toEqual({ type: 'broken', fault: name });
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
  });

  test.each<[BedrockErrorName, ConverseErrorCode]>([
    ['ThrottlingException', 'throttled'],
    ['ExpiredTokenException', 'credentials'],
    ['ModelErrorException', 'model_error'],
  ])('%s comes behind two events', async (name, code) => {
    emulator.when().reply(fault(name, { afterEvents: 2 }));
    const stream = model.converseStream(request);
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const event of stream) events.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code });
    expect(events).toHaveLength(2);
  });
});

/** The code with which it ended, or nothing if it came. */
async function ending(call: Promise<ConverseResponse>): Promise<string> {
  return call.then(
    () => '',
    (error: unknown) => (error instanceof ConverseError ? error.code : String(error)),
  );
}

type Watch = { signal: AbortSignal; onHead: (status: number | undefined) => void };

function overHttp1(path: string, headers: Record<string, string>, watch?: Watch): Promise<Seen> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const sent = requestHttp1(emulator.url + path, {
      method: 'POST',
      headers,
      agent: false,
      ...(watch && { signal: watch.signal }),
    });
    sent.on('error', (error) => resolve([undefined, undefined, codeOf(error)]));
    sent.on('response', (response) => {
      watch?.onHead(response.statusCode);
      const seen = (end: string) => resolve([response.statusCode, read(response.headers['content-type'], chunks), end]);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => seen('end'));
      response.on('error', (error) => seen(codeOf(error)));
    });
    sent.end(JSON.stringify(request));
  });
}

function overHttp2(path: string, headers: Record<string, string>, watch?: Watch): Promise<Seen> {
  return new Promise((resolve) => {
    const session = connectHttp2(emulator.url);
    const chunks: Buffer[] = [];
    let status: number | undefined;
    let type: string | undefined;
    let end: string | undefined;
    session.on('error', (error) => {
      end ??= codeOf(error);
    });
    session.on('goaway', () => {
      end ??= 'GOAWAY';
    });
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers }, watch && { signal: watch.signal });
    stream.on('response', (head) => {
      status = head[':status'];
      watch?.onHead(status);
      type = head['content-type'];
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', (error) => {
      end ??= error.name === 'AbortError' ? 'aborted' : undefined;
    });
    stream.on('end', () => {
      end ??= stream.rstCode === constants.NGHTTP2_NO_ERROR ? 'end' : undefined;
    });
    session.on('close', () => {
      const told = end === undefined || end === 'ERR_HTTP2_STREAM_ERROR' ? `RST_STREAM ${stream.rstCode}` : end;
      resolve([status, status === undefined ? undefined : read(type, chunks), told]);
    });
    stream.on('close', () => session.close());
    stream.end(JSON.stringify(request));
  });
}

function codeOf(error: Error & { code?: string }): string {
  return error.name === 'AbortError' ? 'aborted' : (error.code ?? error.message);
}

function read(contentType: string | undefined, chunks: Buffer[]): unknown {
  const bytes = Buffer.concat(chunks);
  if (contentType === 'application/vnd.amazon.eventstream') return [...framesIn(bytes)];
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return noJson;
  }
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

/** What the frames are, until one that is not whole or not right. */
function* framesIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.length - at < 4 ? Number.POSITIVE_INFINITY : bytes.readUInt32BE(at);
    if (at + length > bytes.length) return yield `${bytes.length - at} bytes`;
    try {
      yield frameName(bytes.subarray(at, at + length));
    } catch (error) {
      return yield (error as Error).message;
    }
    at += length;
  }
}

function frameName(frame: Buffer): string {
  const { headers, body } = codec.decode(frame);
  const header = (name: string) => headers[name]?.value as string | undefined;
  if (header(':message-type') === 'error') return `error ${header(':error-code')}`;
  if (header(':message-type') === 'exception') return `exception ${header(':exception-type')}`;
  try {
    const { delta } = JSON.parse(Buffer.from(body).toString());
    return delta ? 'text' : String(header(':event-type'));
  } catch {
    return noJson;
  }
}

test('a stream that is reset before its first event leaves its session as it was, again and again', async () => {
  const session = connectHttp2(emulator.url);
  const ask = (headers: Record<string, string>) => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const path = '/model/amazon.nova-lite-v1%3A0/converse-stream';
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
    stream.on('error', () => {});
    stream.on('close', () => resolve(stream.rstCode));
    stream.resume().end(JSON.stringify(request));
    return promise;
  };
  const reset = { 'x-outcrop-fault': 'stream_reset; after_events=0' };
  const codes = [];
  for (const headers of [reset, reset, reset, {}]) codes.push(await ask(headers));
  session.destroy();
  expect(codes).toEqual([2, 2, 2, 0]);
});
