import { type ConverseResponse, type ConverseStreamEvent, converseLimits } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { reply } from '@outcrop/converse/testing';
import type { Arrival, Operation } from '../call.ts';
import { bedrockError, wireError } from '../errors.ts';
import { isFault, type WireFault } from '../faults.ts';
import { breakOff, writeSlowly } from './break-off.ts';
import type { Exchange } from './exchange.ts';
import { createEventEncoder, exceptionFrame } from './frames.ts';
import type { Route } from './routes.ts';

export const serveConverse: Route = async (bedrock, exchange, { modelId }) => {
  const answer = await bedrock.converse(await arrival('Converse', exchange, modelId));
  if (!isFault(answer)) return exchange.json(toJson(withoutOurs(answer)));
  const body = Buffer.from(JSON.stringify(toJson(withoutOurs(answer.reply ?? someReply))));
  await breakOff(answer, { ...bedrock, exchange, body, contentType: 'application/json' });
};

export const serveConverseStream: Route = async (bedrock, exchange, { modelId }) => {
  const events = await bedrock.converseStream(await arrival('ConverseStream', exchange, modelId));
  const encode = createEventEncoder();
  const contentType = 'application/vnd.amazon.eventstream';
  const breaking = (body: Buffer) => ({ ...bedrock, exchange, body, contentType });
  if (isFault(events)) return breakOff(events, breaking(encode(someEvent)));
  exchange.open(contentType);
  let slow: WireFault | undefined;
  try {
    for await (const event of events) {
      if (!isFault(event)) await (slow ? writeSlowly(slow, breaking(encode(event))) : exchange.write(encode(event)));
      else if (event.fault === 'slow_bytes') slow = event;
      else return await breakOff(event, breaking(encode(someEvent)));
      if (exchange.signal.aborted) return;
    }
  } catch (error) {
    if (exchange.signal.aborted) return;
    await exchange.write(exceptionFrame(wireError(error)));
  }
  exchange.end();
};

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

async function arrival(operation: Operation, exchange: Exchange, modelId = ''): Promise<Arrival> {
  const { region, requestId, signal, headers } = exchange;
  const body = await exchange.body(converseLimits.requestBytes);
  if (body === undefined) throw bedrockError('ValidationException', 'The request body is larger than 25000000 bytes.');
  return { operation, modelId, region, requestId, signal, headers, body: body.toString() };
}
