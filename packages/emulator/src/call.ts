import type { ConverseRequest } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';

/** The operations of Bedrock that are served. */
export type Operation = 'Converse' | 'ConverseStream';

/** One call that arrived, over the wire or in process. */
export type EmulatedCall = {
  /** Counted from 1, in the order in which they arrived. One whose body is no request has no number. */
  number: number;
  requestId: string;
  operation: Operation;
  /** Decoded: an id, a profile id or an ARN. */
  modelId: string;
  /** The one that it is signed for, else that of its path, else the one that the emulator was given. */
  region: string;
  request: ConverseRequest;
  /** Fires when the client is gone. */
  signal: AbortSignal;
  delay: Delay;
};

/** A call before anybody has looked at its body. */
export type Arrival = Pick<EmulatedCall, 'operation' | 'modelId' | 'region' | 'signal' | 'requestId'> & {
  body: unknown;
};
