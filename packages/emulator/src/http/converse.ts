import { type ConverseResponse, type ConverseStreamEvent, converseLimits } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { reply } from '@outcrop/converse/testing';
import type { Arrival, Operation } from '../call.ts';
import { bedrockError, wireError } from '../errors.ts';
import { isFault, type WireFault } from '../faults.ts';
import type { Played } from '../play.ts';
import { breakOff, writeSlowly } from './break-off.ts';
import type { Exchange } from './exchange.ts';
import { createEventEncoder, exceptionFrame } from './frames.ts';
import type { Route } from './routes.ts';

export const serveConverse: Route = async (bedrock, exchange, { modelId }) => {
  const answer = await bedrock.converse(await arrival('Converse', exchange, modelId));
  if (!isFault(answer)) return exchange.json(toJson(withoutOurs(answer)));
  await breakOff(answer, exchange, Buffer.from(JSON.stringify(toJson(withoutOurs(answer.reply ?? someReply)))));
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

const eventStream = 'application/vnd.amazon.eventstream';

/** Sends what a stream holds, or the fault that comes instead of one. */
export async function sendStream(
  events: AsyncIterable<Played> | WireFault,
  exchange: Exchange,
  { frames, last, damaged, headers }: Framing,
): Promise<void> {
  if (isFault(events)) return breakOff(events, exchange, damaged(), eventStream);
  exchange.open(eventStream, headers);
  let slow: WireFault | undefined;
  try {
    for await (const event of events) {
      if (isFault(event)) {
        if (event.fault !== 'slow_bytes') return await breakOff(event, exchange, damaged());
        slow = event;
        continue;
      }
      for (const frame of frames(event)) await (slow ? writeSlowly(slow, exchange, frame) : exchange.write(frame));
      if (exchange.signal.aborted) return;
    }
    for (const frame of last?.() ?? []) await exchange.write(frame);
  } catch (error) {
    if (exchange.signal.aborted) return;
    await exchange.write(exceptionFrame(wireError(error)));
  }
  exchange.end();
}

const someReply = reply('broken');
const someEvent: ConverseStreamEvent = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'broken' } } };

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
  const { region, requestId, signal, headers } = exchange;
  const body = await exchange.body(converseLimits.requestBytes);
  if (body === undefined) throw bedrockError('ValidationException', 'The request body is larger than 25000000 bytes.');
  return { operation, modelId, region, requestId, signal, headers, body: body.toString() };
}
