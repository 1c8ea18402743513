import type { ConverseErrorCode } from '@outcrop/converse';
import type { BedrockErrorName } from './errors.ts';

/** What is said of a fault: the code of a client's error for a whole reply and for a stream, or that the answer goes on. */
type FaultFacts = {
  message: string;
  /** A client reads it as this; `undefined` where nothing is wrong but the time it takes, or nothing comes at all. */
  ofReply?: ConverseErrorCode;
  ofStream?: ConverseErrorCode;
  /** Where it comes instead of a stream and not inside of one, if that is something else. */
  ofNoStream?: ConverseErrorCode;
  /** The answer is worked out, and spoilt; else nobody is asked for one. */
  spoils?: true;
  details?: { awsName?: string; status?: number; reason?: 'clock' };
};

/** Every fault of the wire. What each does to a connection stands in `http/break-off.ts`, by the same names. */
export const faults = {
  /** The connection is reset. */
  reset: { message: 'The connection was reset.', ofReply: 'connection', ofStream: 'connection' },
  /** HTTP/2: the stream is reset (RST_STREAM) and the session lives on. HTTP/1.1: as `reset`. */
  stream_reset: { message: 'The stream was reset.', ofReply: 'connection', ofStream: 'connection' },
  /** HTTP/2: GOAWAY, and the session is gone with all of its streams. HTTP/1.1: the connection is closed. */
  session_drop: { message: 'The session was closed.', ofReply: 'connection', ofStream: 'connection' },
  /** Nothing comes any more, and the connection stays open. Alone, not even a header comes. */
  hang: { message: 'Nothing came any more.' },
  /** The headers come, and nothing behind them. */
  hang_after_headers: { message: 'Nothing came behind the headers.' },
  /** The headers come after `ms`, and all goes well. */
  slow_headers: { message: 'The answer was slow.', spoils: true },
  /** The answer trickles: `bytes` at a time, and `ms` between them. */
  slow_bytes: { message: 'The answer was slow.', spoils: true },
  /** A frame that ends behind its first `bytes`, or such a body, and a clean end. */
  half_frame: {
    message: 'The answer ended in the middle of a message.',
    ofReply: 'malformed_reply',
    ofStream: 'connection',
    spoils: true,
  },
  /** A frame whose first checksum, that of its lengths, is wrong; a body that is no JSON. */
  bad_prelude_crc: {
    message: 'The lengths of a message had a wrong checksum.',
    ofReply: 'malformed_reply',
    ofStream: 'connection',
    spoils: true,
  },
  /** A frame whose last checksum is wrong; a body that is no JSON. */
  bad_crc: {
    message: 'A message had a wrong checksum.',
    ofReply: 'malformed_reply',
    ofStream: 'connection',
    spoils: true,
  },
  /** A frame, or a body, that is `bytes` shorter than it says. */
  lying_length: {
    message: 'The answer was shorter than it said.',
    ofReply: 'connection',
    ofStream: 'connection',
    spoils: true,
  },
  /** A frame whose checksums are right and whose payload is no JSON; a body that is none. */
  malformed_json: {
    message: 'The answer was no JSON.',
    ofReply: 'malformed_reply',
    ofStream: 'malformed_reply',
    spoils: true,
  },
  /** A frame of the type `error`, for which no service model has a name; a 500 that no model names. */
  error_frame: {
    message: 'Something failed that has no name.',
    ofReply: 'internal',
    ofStream: 'internal',
    details: { awsName: 'InternalFailure', status: 500 },
  },
  /** An event, or a field, of a kind that Bedrock may add tomorrow; then all goes on. */
  unknown_event: { message: 'Something unknown came.', spoils: true },
  /** A clean end before the message has ended; a reply without a message. */
  early_end: {
    message: 'The reply held no message.',
    ofReply: 'malformed_reply',
    ofStream: 'stream_truncated',
    spoils: true,
  },
  /** HTTP 200, and not one byte. */
  empty_reply: { message: 'The reply was empty.', ofReply: 'malformed_reply', ofStream: 'stream_truncated' },
  /** A proxy says in HTML that it found nobody: HTTP 502. */
  bad_gateway: {
    message: 'A proxy answered with a page of HTML.',
    ofReply: 'unavailable',
    ofNoStream: 'unavailable',
    ofStream: 'connection',
    details: { status: 502 },
  },
  /** The service's clock is `ms` ahead of the client's, and its `Date` says so. */
  clock_skew: {
    message: 'Signature expired: the clock of the client is behind that of the service.',
    ofReply: 'credentials',
    ofStream: 'credentials',
    details: { awsName: 'InvalidSignatureException', status: 403, reason: 'clock' },
  },
} as const satisfies Record<string, FaultFacts>;

/** The faults of the wire by name. */
export type WireFaultName = keyof typeof faults;

/** A fault of the wire, or an exception of Bedrock: what {@link fault} takes, and the header and the marker too. */
export type FaultName = WireFaultName | BedrockErrorName;

/** Where a fault comes, and how bad it is. */
export type FaultOptions = {
  /**
   * It comes inside of the usual answer: behind so many events of its stream, and before its `messageStop` at the latest.
   * @default 0 for what spoils a frame; else it comes instead of an answer
   */
  afterEvents?: number | undefined;
  /** Of `half_frame`, `slow_bytes` and `lying_length`. @default half of the frame; 1; 1,000 */
  bytes?: number | undefined;
  /** Of `slow_headers`, `slow_bytes` and `clock_skew`. @default 5,000; 10; an hour */
  ms?: number | undefined;
};

/** Something that goes wrong, made by {@link fault}. */
export type Fault = { fault: FaultName } & FaultOptions;

/** A fault of the wire, with all exceptions sorted out. */
export type WireFault = Fault & { fault: WireFaultName };

export const faultDefaults = { slowHeadersMs: 5_000, slowBytesMs: 10, skewMs: 3_600_000, lyingBytes: 1_000 } as const;

/**
 * Something that goes wrong, as an answer or as a step of one. Alone it comes instead of an answer, or, with
 * `afterEvents`, inside of the usual one; in a list it comes where it stands. The README has the table of all of them.
 *
 * @example
 * ```ts
 * import { eventsOf } from '@outcrop/converse/testing';
 * import { createEmulator, fault } from '@outcrop/emulator';
 *
 * await using emulator = await createEmulator();
 * emulator.when().reply(
 *   fault('reset'),
 *   fault('half_frame', { afterEvents: 2, bytes: 7 }),
 *   [...eventsOf('Granite, surely.').slice(0, 2), fault('hang')],
 * );
 * ```
 */
export function fault(name: FaultName, options: FaultOptions = {}): Fault {
  return { fault: name, ...options };
}

export function isFault(step: unknown): step is Fault {
  return typeof step === 'object' && step !== null && 'fault' in step;
}

export function isWireFault(step: unknown): step is WireFault {
  return isFault(step) && Object.hasOwn(faults, step.fault);
}

/** What is said of a fault of the wire. */
export function factsOf({ fault }: WireFault): FaultFacts {
  return faults[fault];
}
