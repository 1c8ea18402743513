import { randomUUID } from 'node:crypto';
import { type ConverseResponse, type ConverseStreamEvent, createFold, isConverseError } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import { type Delay, eventsOf, reply } from '@outcrop/converse/testing';
import type { Visit } from './account/visit.ts';
import { type Answer, type Fault, isFault, isSteps, type Step } from './answer.ts';
import type { Arrival, EmulatedCall } from './call.ts';
import { bedrockError } from './errors.ts';
import { readingRefusal } from './rules/reading.ts';
import { usageFor } from './tokens.ts';
import { createScript, type Match, type Responder, type When } from './when.ts';

// Of older ones there may be pictures and documents without end.
const rememberedRequests = 1_000;

/** The service itself, without a wire: what both the sockets and the calls in process go through. */
export type Bedrock = {
  readonly requests: readonly EmulatedCall[];
  when(match?: Match): When;
  newRequestId(): string;
  /** The whole reply, or a fault that comes instead. Rejects with what the service refuses. */
  converse(arrival: Arrival): Promise<ConverseResponse | Fault>;
  /** The events and faults of a stream, or the fault that comes instead of one. Rejects with what the service refuses. */
  converseStream(arrival: Arrival): Promise<AsyncIterable<ConverseStreamEvent | Fault> | Fault>;
};

export type BedrockOptions = {
  respond: Responder;
  now: () => number;
  delay: Delay;
  /** Lets a call in, or throws what the service refuses before anybody looks for an answer. */
  admit: (call: EmulatedCall) => Visit;
};

export function createBedrock({ respond, now, delay, admit }: BedrockOptions): Bedrock {
  const requests: EmulatedCall[] = [];
  const rules = createScript(respond);
  let number = 0;

  async function answer(call: EmulatedCall): Promise<ConverseResponse | Iterable<Step> | Fault> {
    const startedAt = now();
    const answer = await rules.answer(call);
    if (answer instanceof Error) throw answer;
    if (isFault(answer) || isSteps(answer)) return answer;
    return wholeReply(answer, call, now() - startedAt);
  }

  /** The answer to a call that was let in. A fault is none, and who throws has failed. */
  async function visit<T>(call: EmulatedCall, visiting: Visit, work: (visit: Visit) => Promise<T | Fault>) {
    try {
      const answered = await work(visiting);
      if (isFault(answered)) visiting.fail();
      return answered;
    } catch (error) {
      if (call.signal.aborted) visiting.leave();
      visiting.fail();
      throw error;
    }
  }

  function take({ body, ...arrival }: Arrival): EmulatedCall {
    const request = readRequest(body);
    number += 1;
    const call = { ...arrival, number, request, delay };
    requests.push(call);
    if (requests.length > rememberedRequests) requests.shift();
    return call;
  }

  async function* play(
    steps: Iterable<Step>,
    signal: AbortSignal,
    visit: Visit,
  ): AsyncGenerator<ConverseStreamEvent | Fault> {
    try {
      for (const step of steps) {
        if (step instanceof Error) {
          visit.fail();
          throw step;
        }
        if (typeof step === 'function') await step({ signal, delay });
        else {
          if (!isFault(step)) visit.saw(step);
          yield step;
        }
      }
      visit.end();
    } finally {
      visit.leave();
    }
  }

  async function collect(events: AsyncIterable<ConverseStreamEvent | Fault>): Promise<ConverseResponse | Fault> {
    const fold = createFold();
    for await (const event of events) {
      if (isFault(event)) return event;
      fold.add(event);
    }
    return fold.response ?? Promise.reject(bedrockError('ModelErrorException'));
  }

  return {
    requests,
    when: rules.when,
    newRequestId: randomUUID,

    async converse(arrival) {
      const call = take(arrival);
      return visit(call, admit(call), async (visiting) => {
        const answered = await answer(call);
        if (isFault(answered)) return answered;
        if (isIterable(answered)) return collect(play(answered, call.signal, visiting));
        visiting.end(answered.usage);
        return answered;
      });
    },

    async converseStream(arrival) {
      const call = take(arrival);
      return visit(call, admit(call), async (visiting) => {
        const answered = await answer(call);
        if (isFault(answered)) return answered;
        return play(isIterable(answered) ? answered : eventsOf(answered), call.signal, visiting);
      });
    },
  };
}

function readRequest(body: unknown) {
  try {
    return requestFromJson(body);
  } catch (error) {
    if (!isConverseError(error)) throw error;
    throw bedrockError('ValidationException', readingRefusal(error));
  }
}

/** What was left out of a reply: why it stopped, what it used and how long it took. */
function wholeReply(answer: Exclude<Answer, Error | Fault | Iterable<Step>>, call: EmulatedCall, latencyMs: number) {
  const draft = typeof answer === 'string' ? reply(answer) : answer;
  const { content } = draft.output?.message ?? { content: [] };
  const usage = usageFor(call.request, content);
  const metrics = { latencyMs: Math.round(latencyMs) };
  return { ...reply(...content), usage, metrics, ...(typeof answer === 'string' ? {} : answer) };
}

function isIterable(answered: ConverseResponse | Iterable<Step> | Fault): answered is Iterable<Step> {
  return Symbol.iterator in answered;
}
