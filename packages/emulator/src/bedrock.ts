import { randomUUID } from 'node:crypto';
import { type ConverseResponse, type ConverseStreamEvent, createFold, isConverseError } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import { type Delay, eventsOf, reply } from '@outcrop/converse/testing';
import { type Answer, type Fault, isFault, isSteps, type Step } from './answer.ts';
import type { Arrival, EmulatedCall } from './call.ts';
import { type ControlPlane, createControlPlane, type IsEnabled } from './control/control-plane.ts';
import { bedrockError } from './errors.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { createGuards, type Guards } from './guardrails/guards.ts';
import { createRules, type Match, type Responder, type When } from './rules.ts';
import { usageFor } from './tokens.ts';

// Of older ones there may be pictures and documents without end.
const rememberedRequests = 1_000;

/** The service itself, without a wire: what both the sockets and the calls in process go through. */
export type Bedrock = {
  readonly requests: readonly EmulatedCall[];
  readonly guards: Guards;
  readonly control: ControlPlane;
  when(match?: Match): When;
  newRequestId(): string;
  /** The whole reply, or a fault that comes instead. Rejects with what the service refuses. */
  converse(arrival: Arrival): Promise<ConverseResponse | Fault>;
  /** The events and faults of a stream, or the fault that comes instead of one. Rejects with what the service refuses. */
  converseStream(arrival: Arrival): Promise<AsyncIterable<ConverseStreamEvent | Fault> | Fault>;
  /** How many tokens the prompt has. Throws what the service refuses. */
  countTokens(arrival: Arrival): number;
};

export type BedrockOptions = {
  respond: Responder;
  now: () => number;
  delay: Delay;
  guardrails?: Readonly<Record<string, Guardrail>> | undefined;
  /** What the control plane says of access. @default every model is enabled */
  isEnabled?: IsEnabled | undefined;
};

export function createBedrock({ respond, now, delay, guardrails, isEnabled = () => true }: BedrockOptions): Bedrock {
  const guards = createGuards(guardrails);
  const requests: EmulatedCall[] = [];
  const rules = createRules(respond);
  let number = 0;

  async function answer(arrival: Arrival): Promise<ConverseResponse | Iterable<Step> | Fault> {
    const startedAt = now();
    const call = take(arrival);
    const blocked = guards.ofPrompt(call.request);
    if (blocked) return blocked;
    const answer = await rules.answer(call);
    if (answer instanceof Error) throw answer;
    if (isFault(answer) || isSteps(answer)) return answer;
    return guards.ofReply(call.request, wholeReply(answer, call, now() - startedAt));
  }

  function take({ body, read, ...arrival }: Arrival): EmulatedCall {
    const request = read ? read() : readRequest(body);
    number += 1;
    const call = { ...arrival, number, request, ...(read && { body }), delay };
    requests.push(call);
    if (requests.length > rememberedRequests) requests.shift();
    return call;
  }

  async function* play(steps: Iterable<Step>, signal: AbortSignal): AsyncGenerator<ConverseStreamEvent | Fault> {
    for (const step of steps) {
      if (step instanceof Error) throw step;
      if (typeof step === 'function') await step({ signal, delay });
      else yield step;
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
    guards,
    control: createControlPlane(isEnabled),
    when: rules.when,
    newRequestId: randomUUID,

    async converse(arrival) {
      const answered = await answer(arrival);
      return isIterable(answered) ? collect(play(answered, arrival.signal)) : answered;
    },

    async converseStream(arrival) {
      const answered = await answer(arrival);
      if (isFault(answered)) return answered;
      return play(isIterable(answered) ? answered : eventsOf(answered), arrival.signal);
    },

    countTokens: (arrival) => usageFor(take(arrival).request, []).inputTokens,
  };
}

function readRequest(body: unknown) {
  try {
    return requestFromJson(body);
  } catch (error) {
    if (!isConverseError(error)) throw error;
    throw bedrockError('ValidationException', error.message);
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
