import {
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseErrorCode,
  type ConverseErrorDetails,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  createConverseStream,
  type TargetName,
  tellListener,
} from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { eventsOf } from '@outcrop/converse/testing';
import type { Bedrock } from './bedrock.ts';
import type { Arrival, Operation } from './call.ts';
import { callError } from './errors.ts';
import { factsOf, faultDefaults, isFault, type WireFault } from './faults.ts';

/** A {@link Converse} without sockets: the same service, and its refusals and faults as they would be read. */
export function connectTo(bedrock: Bedrock, target: TargetName): Converse {
  async function* playWhole(arrival: Arrival, keep: (reply: ConverseResponse) => void) {
    const answer = await bedrock.converse(arrival);
    if (isFault(answer) && answer.fault !== 'slow_bytes') throw await brokenBy(answer, arrival);
    const reply = isFault(answer) ? (answer.reply as ConverseResponse) : answer;
    if (isFault(answer)) await trickle(answer, reply, arrival);
    keep(reply);
    yield* eventsOf(reply);
  }

  async function* playEvents(arrival: Arrival): AsyncGenerator<ConverseStreamEvent> {
    const events = await bedrock.converseStream(arrival);
    let slow: WireFault | undefined;
    if (isFault(events)) throw await brokenBy(events, arrival, true);
    for await (const event of events) {
      if (!isFault(event)) {
        if (slow) await trickle(slow, event, arrival);
        yield event;
      } else if (event.fault === 'slow_bytes') slow = event;
      else throw await brokenBy(event, arrival);
    }
  }

  /** As long as it takes over the wire, but for the few bytes around it. */
  async function trickle(
    { ms = faultDefaults.slowBytesMs, bytes = 1 }: WireFault,
    value: ConverseResponse | ConverseStreamEvent,
    { signal }: Arrival,
  ): Promise<void> {
    await bedrock.delay((JSON.stringify(toJson(value)).length * ms) / Math.max(1, bytes), signal);
  }

  function call(operation: Operation, request: ConverseRequest, options: CallOptions = {}) {
    const requestId = bedrock.newRequestId();
    let whole: ConverseResponse | undefined;

    async function* open(signal: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
      tellListener(options.onEvent, { type: 'attempt', target, attempt: 1 });
      const { id: modelId, region } = target;
      try {
        if (bedrock.disturbances.refusesConnections)
          throw unanswered(new ConverseError('unavailable', 'The connection was refused.'));
        const arrival = { operation, modelId, region, requestId, signal, body: toJson(request) };
        yield* operation === 'Converse' ? playWhole(arrival, (reply) => (whole = reply)) : playEvents(arrival);
      } catch (error) {
        throw signal.aborted ? error : callError(error, target, requestId, !isUnanswered(error));
      }
    }

    function finish(folded: ConverseResponse): ConverseResponse {
      const reply = { ...(whole ?? folded), servedBy: target };
      for (const warning of reply.warnings ?? []) tellListener(options.onEvent, { type: 'warning', warning });
      return reply;
    }

    return createConverseStream(open, { signal: options.signal, finish });
  }

  return {
    converse: (request, options) => call('Converse', request, options).response,
    converseStream: (request, options) => call('ConverseStream', request, options),
  };
}

/** The error that a client makes of the fault, if it makes any. */
async function brokenBy(
  fault: WireFault,
  { operation, signal }: Arrival,
  isAlone: boolean = false,
): Promise<ConverseError> {
  const { message, details, ofReply, ofStream, ofNoStream = ofStream } = factsOf(fault);
  const ofThis = isAlone ? ofNoStream : ofStream;
  const read = operation === 'Converse' ? ofReply : ofThis;
  if (read === undefined) return aborted(signal);
  const context = { ...details } as ConverseErrorDetails<ConverseErrorCode>;
  return unanswered(new ConverseError<ConverseErrorCode>(read, message, context));
}

// What broke on the way was said by nobody at AWS, whose name another error of the same code would have.
const withoutAnswer = new WeakSet<object>();

function unanswered(error: ConverseError): ConverseError {
  withoutAnswer.add(error);
  return error;
}

function isUnanswered(error: unknown): boolean {
  return typeof error === 'object' && error !== null && withoutAnswer.has(error);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
