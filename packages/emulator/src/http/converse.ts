import { type ConverseResponse, type ConverseStreamEvent, converseLimits } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { type Fault, isFault } from '../answer.ts';
import type { Arrival, Operation } from '../call.ts';
import { bedrockError, wireError } from '../errors.ts';
import type { Exchange } from './exchange.ts';
import { createEventEncoder, exceptionFrame } from './frames.ts';
import type { Route } from './routes.ts';

export const serveConverse: Route = async (bedrock, exchange, { modelId }) => {
  const reply = await bedrock.converse(await arrival('Converse', exchange, modelId));
  if (isFault(reply)) await breakOff(reply, exchange, Buffer.from('{"output":{"message":{"role":"assi'));
  else exchange.json(toJson(withoutOurs(reply)));
};

export const serveConverseStream: Route = async (bedrock, exchange, { modelId }) => {
  const events = await bedrock.converseStream(await arrival('ConverseStream', exchange, modelId));
  const encode = createEventEncoder();
  await sendStream(events, exchange, { frames: (event) => [encode(event)], damaged: () => encode(someEvent) });
};

/** How events become frames. */
export type Framing = {
  frames(event: ConverseStreamEvent): Buffer[];
  /** What is left to send when the events have come to a clean end. */
  last?(): Buffer[];
  /** A frame to be damaged by a fault. */
  damaged(): Buffer;
  headers?: Record<string, string>;
};

/** Sends what a stream holds, or the fault that comes instead of one. */
export async function sendStream(
  events: AsyncIterable<ConverseStreamEvent | Fault> | Fault,
  exchange: Exchange,
  { frames, last, damaged, headers }: Framing,
): Promise<void> {
  if (isFault(events)) return breakOff(events, exchange, damaged());
  exchange.open('application/vnd.amazon.eventstream', headers);
  try {
    for await (const event of events) {
      if (isFault(event)) return await breakOff(event, exchange, damaged());
      for (const frame of frames(event)) await exchange.write(frame);
      if (exchange.signal.aborted) return;
    }
    for (const frame of last?.() ?? []) await exchange.write(frame);
  } catch (error) {
    await exchange.write(exceptionFrame(wireError(error)));
  }
  exchange.end();
}

const ours: ReadonlySet<string> = new Set<keyof ConverseResponse>([
  'servedBy',
  'attempts',
  'warnings',
  'cost',
  'incomplete',
  'unknownEvents',
]);

function withoutOurs(reply: ConverseResponse): ConverseResponse {
  return Object.fromEntries(Object.entries(reply).filter(([name]) => !ours.has(name))) as ConverseResponse;
}

/** What has come, with its body unread. */
export async function arrival(
  operation: Operation,
  exchange: Exchange,
  modelId = '',
): Promise<Arrival & { body: string }> {
  const { region, requestId, signal } = exchange;
  const body = await exchange.body(converseLimits.requestBytes);
  if (body === undefined) throw bedrockError('ValidationException', 'The request body is larger than 25000000 bytes.');
  return { operation, modelId, region, requestId, signal, body: body.toString() };
}

const someEvent: ConverseStreamEvent = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'broken' } } };

export async function breakOff({ fault }: Fault, exchange: Exchange, damaged: Buffer): Promise<void> {
  if (fault === 'hang') return;
  if (fault === 'reset') return exchange.reset();
  if (!exchange.opened()) exchange.open('application/json');
  if (fault === 'half_frame') await exchange.write(damaged.subarray(0, damaged.length / 2));
  else await exchange.write(flipped(damaged));
  exchange.end();
}

/** With its last byte wrong, which belongs to the checksum of a frame. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 0xff, copy.length - 1);
  return copy;
}
