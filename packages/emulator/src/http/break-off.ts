import { factsOf, faultDefaults, type WireFault, type WireFaultName } from '../faults.ts';
import type { Exchange } from './exchange.ts';
import { errorFrame, preludeChecksumAt, withLength, withPayload } from './frames.ts';

type Breaking = { exchange: Exchange; body: Buffer; contentType: string };

type Act = (breaking: Breaking, fault: WireFault) => void | Promise<void>;

/**
 * Does what the fault does: instead of an answer or to its one body, or behind the frames that were sent already.
 * `body` is what the answer would have been, or the next frame of it.
 */
export async function breakOff(
  fault: WireFault,
  exchange: Exchange,
  body: Buffer,
  contentType = 'application/json',
): Promise<void> {
  await (exchange.opened() ? inStream : ofReply)[fault.fault]({ exchange, body, contentType }, fault);
}

/** Writes as slowly as the fault says. */
export async function writeSlowly(
  { ms = faultDefaults.slowBytesMs, bytes = 1 }: WireFault,
  { signal, clock, write }: Exchange,
  piece: Buffer,
): Promise<void> {
  const step = Math.max(1, bytes);
  for (let at = 0; at < piece.length && !signal.aborted; at += step) {
    await clock.delay(ms, signal);
    await write(piece.subarray(at, at + step));
  }
}

const ofReply: Record<WireFaultName, Act> = {
  reset: ({ exchange }) => exchange.breakOff('reset'),
  stream_reset: ({ exchange }) => exchange.breakOff('resetStream'),
  session_drop: ({ exchange }) => exchange.breakOff('drop'),
  hang: () => {},
  hang_after_headers: ({ exchange, contentType }) => exchange.open(contentType),
  slow_headers: ({ body, ...breaking }) => send(breaking, body),
  async slow_bytes(breaking, fault) {
    breaking.exchange.open(breaking.contentType);
    await writeSlowly(fault, breaking.exchange, breaking.body);
    breaking.exchange.end();
  },
  half_frame: ({ body, ...breaking }, { bytes }) => send(breaking, firstOf(body, bytes)),
  bad_prelude_crc: ({ body, ...breaking }) => send(breaking, flipped(body, body.length - 1)),
  bad_crc: ({ body, ...breaking }) => send(breaking, flipped(body, body.length - 1)),
  lying_length({ exchange, contentType, body }, { bytes = faultDefaults.lyingBytes }) {
    exchange.send(200, body, { 'content-type': contentType, 'content-length': body.length + bytes });
    exchange.breakOff('closeHttp1');
  },
  malformed_json: ({ body, ...breaking }) => send(breaking, body.subarray(1)),
  error_frame: ({ exchange }, fault) => {
    exchange.error({ name: 'InternalFailure', status: 500, message: factsOf(fault).message });
  },
  unknown_event: ({ body, ...breaking }) => send(breaking, body),
  early_end: (breaking) => send(breaking, Buffer.from('{}')),
  empty_reply: (breaking) => send(breaking, Buffer.alloc(0)),
  bad_gateway: ({ exchange }) => exchange.send(502, gatewayPage, { 'content-type': 'text/html', server: 'awselb/2.0' }),
  clock_skew({ exchange }, { ms = faultDefaults.skewMs }) {
    const date = new Date(exchange.clock.wallNow() + ms).toUTCString();
    exchange.error({ ...invalidSignature, status: 403 }, { date });
  },
};

const inStream: Record<WireFaultName, Act> = {
  reset: ofReply.reset,
  stream_reset: ofReply.stream_reset,
  session_drop: ofReply.session_drop,
  hang: () => {},
  hang_after_headers: () => {},
  slow_headers: () => {},
  slow_bytes: ({ exchange, body }, fault) => writeSlowly(fault, exchange, body),
  half_frame: ({ exchange, body }, { bytes }) => finish(exchange, firstOf(body, bytes)),
  bad_prelude_crc: ({ exchange, body }) => finish(exchange, flipped(body, preludeChecksumAt)),
  bad_crc: ({ exchange, body }) => finish(exchange, flipped(body, body.length - 1)),
  lying_length: ({ exchange, body }, { bytes = faultDefaults.lyingBytes }) =>
    finish(exchange, withLength(body, body.length + bytes)),
  malformed_json: ({ exchange, body }) => finish(exchange, withPayload(body, Buffer.from('granite'))),
  error_frame: ({ exchange }, fault) => finish(exchange, errorFrame('InternalFailure', factsOf(fault).message)),
  unknown_event: () => {},
  early_end: ({ exchange }) => exchange.end(),
  empty_reply: ({ exchange }) => exchange.end(),
  bad_gateway: ({ exchange }) => finish(exchange, gatewayPage),
  clock_skew: ({ exchange }) => finish(exchange, errorFrame(invalidSignature.name, invalidSignature.message)),
};

const gatewayPage = Buffer.from(
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n',
);
const invalidSignature = { name: 'InvalidSignatureException', message: 'Signature expired.' };

function send({ exchange, contentType }: Omit<Breaking, 'body'>, body: Buffer): void {
  exchange.send(200, body, { 'content-type': contentType });
}

async function finish(exchange: Exchange, last: Buffer): Promise<void> {
  await exchange.write(last);
  exchange.end();
}

function firstOf(body: Buffer, bytes = Math.floor(body.length / 2)): Buffer {
  return body.subarray(0, Math.min(bytes, body.length - 1));
}

/** With one byte wrong. */
function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}
