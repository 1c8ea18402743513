import {
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  createConverseStream,
  type TargetName,
} from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { eventsOf } from '@outcrop/converse/testing';
import { type Fault, faults, isFault } from './answer.ts';
import type { Bedrock } from './bedrock.ts';
import type { Arrival, Operation } from './call.ts';
import { callError } from './errors.ts';

/** A {@link Converse} without sockets: the same service, and its refusals and faults as they would be read. */
export function connectTo(bedrock: Bedrock, target: TargetName): Converse {
  async function* playWhole(arrival: Arrival, keep: (reply: ConverseResponse) => void) {
    const reply = await bedrock.converse(arrival);
    if (isFault(reply)) throw await brokenBy(reply, arrival);
    keep(reply);
    yield* eventsOf(reply);
  }

  async function* playEvents(arrival: Arrival): AsyncGenerator<ConverseStreamEvent> {
    const events = await bedrock.converseStream(arrival);
    if (isFault(events)) throw await brokenBy(events, arrival);
    for await (const event of events) {
      if (isFault(event)) throw await brokenBy(event, arrival);
      yield event;
    }
  }

  function call(operation: Operation, request: ConverseRequest, options: CallOptions = {}) {
    const requestId = bedrock.newRequestId();
    let whole: ConverseResponse | undefined;

    async function* open(signal: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
      options.onEvent?.({ type: 'attempt', target, attempt: 1 });
      const { id: modelId, region } = target;
      try {
        const arrival = { operation, modelId, region, requestId, signal, body: toJson(request) };
        yield* operation === 'Converse' ? playWhole(arrival, (reply) => (whole = reply)) : playEvents(arrival);
      } catch (error) {
        throw signal.aborted ? error : callError(error, target, requestId);
      }
    }

    function finish(folded: ConverseResponse): ConverseResponse {
      const reply = { ...(whole ?? folded), servedBy: target };
      for (const warning of reply.warnings ?? []) options.onEvent?.({ type: 'warning', warning });
      return reply;
    }

    return createConverseStream(open, { signal: options.signal, finish });
  }

  return {
    converse: (request, options) => call('Converse', request, options).response,
    converseStream: (request, options) => call('ConverseStream', request, options),
  };
}

/** The error that a client makes of the fault. */
async function brokenBy({ fault }: Fault, { operation, signal }: Arrival): Promise<ConverseError> {
  if (fault === 'hang') await aborted(signal);
  const { message, ofReply } = faults[fault];
  return new ConverseError(operation === 'Converse' ? ofReply : 'connection', message);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
