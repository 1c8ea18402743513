import { randomUUID } from 'node:crypto';
import { type ConverseResponse, createFold, isConverseError } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import { type Delay, eventsOf, reply } from '@outcrop/converse/testing';
import { type Answer, isSteps, type Steps } from './answer.ts';
import { type Arrival, isStreamed } from './call.ts';
import { type ControlPlane, createControlPlane, type IsEnabled } from './control/control-plane.ts';
import { createDisturbances, type Disturbances } from './disturbances.ts';
import { type BedrockErrorName, bedrockError } from './errors.ts';
import { type Fault, factsOf, faultDefaults, isFault, isWireFault, type WireFault } from './faults.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { createGuards, type Guards } from './guardrails/guards.ts';
import { createJournal, failed, type Journal, type Outcome, type RecordedCall } from './journal.ts';
import { createPace, type Pace } from './latency.ts';
import { type Played, play, withFault } from './play.ts';
import { createPromptCache } from './prompt-cache.ts';
import { inputTokensOf } from './tokens.ts';
import { createScript, type Match, type Responder, type When } from './when.ts';

/** The service itself, without a wire: what both the sockets and the calls in process go through. */
export type Bedrock = {
  readonly journal: Journal;
  readonly disturbances: Disturbances;
  readonly pace: Pace;
  readonly delay: Delay;
  readonly wallNow: () => number;
  readonly guards: Guards;
  readonly control: ControlPlane;
  when(match?: Match): When;
  newRequestId(): string;
  /** The whole reply, or a fault that comes instead or spoils it. Rejects with what the service refuses. */
  converse(arrival: Arrival): Promise<ConverseResponse | SpoiltReply>;
  /** The events and faults of a stream, or the fault that comes instead of one. Rejects with what the service refuses. */
  converseStream(arrival: Arrival): Promise<AsyncIterable<Played> | WireFault>;
  /** How many tokens the prompt has. Throws what the service refuses. */
  countTokens(arrival: Arrival): number;
};

/** A fault, and what it spoils. */
type SpoiltReply = WireFault & { reply?: ConverseResponse | undefined };

export type BedrockOptions = {
  respond: Responder;
  now: () => number;
  wallNow: () => number;
  random: () => number;
  delay: Delay;
  credentialsLifetimeMs?: number | undefined;
  log?: ((line: string) => void) | undefined;
  guardrails?: Readonly<Record<string, Guardrail>> | undefined;
  /** What the control plane says of access. @default every model is enabled */
  isEnabled?: IsEnabled | undefined;
};

export function createBedrock(options: BedrockOptions): Bedrock {
  const { respond, now, wallNow, random, delay } = options;
  const guards = createGuards(options.guardrails);
  const journal = createJournal(options);
  const disturbances = createDisturbances(options);
  const pace = createPace(delay, random);
  const promptCache = createPromptCache({ now });
  const rules = createScript((call) => disturbances.byChance(call) ?? respond(call));
  const stage = { pace, delay, now };
  let number = 0;

  function take({ body, read, headers: _, ...arrival }: Arrival): RecordedCall {
    const request = read ? read() : readRequest(body);
    number += 1;
    return journal.add({ ...arrival, number, request, ...(read && { body }), delay, now });
  }

  /** What is answered, and what spoils it. */
  async function answer(call: RecordedCall, arrival: Arrival): Promise<{ said: Said; fault?: Fault }> {
    const said = disturbances.ordered(call, arrival) ?? guards.ofPrompt(call.request) ?? (await rules.answer(call));
    if (said instanceof Error) throw said;
    if (!isFault(said)) return { said };
    const isInStream = said.afterEvents !== undefined && isStreamed(call.operation);
    if (isInStream || (isWireFault(said) && factsOf(said).spoils)) {
      const spoilt = await respond(call);
      if (spoilt instanceof Error) throw spoilt;
      if (!isFault(spoilt)) return { said: spoilt, fault: said };
    }
    if (isWireFault(said)) return { said };
    throw bedrockError(said.fault as BedrockErrorName);
  }

  /** What was left out of a reply: why it stopped, what it used and how long it took. */
  function wholeReply(answer: WholeAnswer, call: RecordedCall, startedAt: number): ConverseResponse {
    const draft = typeof answer === 'string' ? reply(answer) : answer;
    const { content } = draft.output?.message ?? { content: [] };
    const usage = promptCache.usageFor(call, content);
    const metrics = { latencyMs: Math.round(now() - startedAt) };
    const whole = { ...reply(...content), usage, metrics, ...(typeof answer === 'string' ? {} : answer) };
    return guards.ofReply(call.request, whole);
  }

  async function collect(events: AsyncIterable<Played>): Promise<ConverseResponse | SpoiltReply> {
    const fold = createFold();
    let slow: WireFault | undefined;
    for await (const event of events) {
      if (!isFault(event)) fold.add(event);
      else if (event.fault === 'slow_bytes') slow = event;
      else return event;
    }
    const { response } = fold;
    if (response === undefined) throw bedrockError('ModelErrorException');
    return slow ? { ...slow, reply: response } : response;
  }

  async function converse(call: RecordedCall, arrival: Arrival): Promise<ConverseResponse | SpoiltReply> {
    const startedAt = now();
    const { said, fault } = await answer(call, arrival);
    if (isFault(said)) return said;
    const reply = isSteps(said) ? await collect(play(said, call, stage)) : await paced(said, call, startedAt);
    if (fault === undefined || isFault(reply)) return reply;
    if (fault.fault === 'unknown_event') return { ...reply, ...unknownField };
    if (fault.fault !== 'slow_headers') return { ...(fault as WireFault), reply };
    await slowDown(fault, call);
    return reply;
  }

  async function paced(said: WholeAnswer, call: RecordedCall, startedAt: number): Promise<ConverseResponse> {
    const reply = wholeReply(said, call, startedAt);
    if (pace.latency === 'none') return reply;
    await pace.beforeReply(reply.usage.outputTokens, call.signal);
    return isMeasured(said) ? { ...reply, metrics: { latencyMs: Math.round(now() - startedAt) } } : reply;
  }

  async function converseStream(call: RecordedCall, arrival: Arrival): Promise<AsyncIterable<Played> | WireFault> {
    const startedAt = now();
    const { said, fault } = await answer(call, arrival);
    if (isFault(said)) return said;
    if (fault?.fault === 'slow_headers') await slowDown(fault, call);
    const steps = isSteps(said) ? said : eventsOf(wholeReply(said, call, startedAt));
    const timing = isSteps(said) ? undefined : { startedAt, isMeasured: isMeasured(said) };
    const isInside = fault !== undefined && fault.fault !== 'slow_headers';
    const onEnd = (outcome: Outcome) => journal.end(call, outcome);
    return play(isInside ? withFault(steps, fault) : steps, call, { ...stage, onEnd }, timing);
  }

  async function slowDown({ ms = faultDefaults.slowHeadersMs }: Fault, { signal }: RecordedCall): Promise<void> {
    await delay(ms, signal);
  }

  return {
    journal,
    disturbances,
    pace,
    delay,
    wallNow,
    guards,
    control: createControlPlane(options.isEnabled ?? (() => true)),
    when: rules.when,
    newRequestId: randomUUID,

    async converse(arrival) {
      const call = take(arrival);
      try {
        const reply = await converse(call, arrival);
        journal.end(call, outcomeOf(reply));
        return reply;
      } catch (error) {
        journal.end(call, failed(error, call.signal));
        throw error;
      }
    },

    async converseStream(arrival) {
      const call = take(arrival);
      try {
        const events = await converseStream(call, arrival);
        if (isFault(events)) journal.end(call, { type: 'broken', fault: events.fault });
        return events;
      } catch (error) {
        journal.end(call, failed(error, call.signal));
        throw error;
      }
    },

    countTokens(arrival) {
      const call = take(arrival);
      const inputTokens = inputTokensOf(call.request);
      journal.end(call, { type: 'counted', inputTokens });
      return inputTokens;
    },
  };
}

function outcomeOf(reply: ConverseResponse | SpoiltReply): Outcome {
  if (!isFault(reply)) return { type: 'answered', reply };
  // What comes slowly comes.
  if (reply.fault === 'slow_bytes' && reply.reply) return { type: 'answered', reply: reply.reply };
  return { type: 'broken', fault: reply.fault };
}

/** An answer that is to be filled up. */
type WholeAnswer = Exclude<Answer, Error | Fault | Steps>;

type Said = WholeAnswer | Steps | WireFault;

/** What Bedrock may send tomorrow. */
const unknownField = { futureField: { rock: 'granite' } };

function isMeasured(said: WholeAnswer): boolean {
  return typeof said === 'string' || said.metrics === undefined;
}

function readRequest(body: unknown) {
  try {
    return requestFromJson(body);
  } catch (error) {
    if (!isConverseError(error)) throw error;
    throw bedrockError('ValidationException', error.message);
  }
}
