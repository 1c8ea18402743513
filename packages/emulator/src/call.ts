import type { ConverseRequest, ModelTraits } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';

export const operations = [
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'CountTokens',
] as const;

/** The operations of Bedrock that are served. */
export type Operation = (typeof operations)[number];

/** Whether its answer comes in events. */
export function isStreamed(operation: Operation): boolean {
  return operation.endsWith('Stream');
}

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
  /** What is known of the model: nothing, if nobody said what is behind its ARN. */
  traits: ModelTraits;
  request: ConverseRequest;
  /** What InvokeModel was sent, as JSON; `request` is what was read out of it. */
  body?: unknown;
  /** Fires when the client is gone. */
  signal: AbortSignal;
  delay: Delay;
  /** The emulator's own clock. */
  now: () => number;
};

/** A call before anybody has looked at its body. */
export type Arrival = Pick<EmulatedCall, 'operation' | 'modelId' | 'region' | 'signal' | 'requestId'> & {
  body: unknown;
  /** What the body asks for, where it is not Converse's. Throws what the service says of a body that it cannot read. */
  read?: (() => Pick<EmulatedCall, 'request' | 'body'>) | undefined;
  /** In lower case. They hold secrets, so nothing remembers them. */
  headers?: Readonly<Record<string, string | string[] | undefined>> | undefined;
};
