import { type ConverseResponse, createFold } from '@outcrop/converse';
import { type Delay, eventsOf, reply } from '@outcrop/converse/testing';
import { type Answer, isSteps, type Steps } from './answer.ts';
import { bedrockError } from './errors.ts';
import { type Fault, faultDefaults, isFault, type WireFault } from './faults.ts';
import type { Guards } from './guardrails/guards.ts';
import type { RecordedCall } from './journal.ts';
import type { Pace } from './latency.ts';
import { type Ears, type Played, play, withFault } from './play.ts';
import { createPromptCache } from './prompt-cache.ts';

/** What was said to a call, and what spoils it. */
export type Answering = {
  call: RecordedCall;
  startedAt: number;
  inputTokens: number;
  said: WholeAnswer | Steps;
  fault: Fault | undefined;
};

/** An answer that is to be filled up. */
type WholeAnswer = Exclude<Answer, Error | Fault | Steps>;

/** A fault, and what it spoils. */
export type SpoiltReply = WireFault & { reply?: ConverseResponse | undefined };

export type AnswerOptions = { guards: Guards; pace: Pace; delay: Delay; now: () => number };

/** Makes of what was said what goes out, whole or event by event, in its time. */
export function createAnswers({ guards, pace, delay, now }: AnswerOptions) {
  const promptCache = createPromptCache({ now });
  const stage = { pace, delay, now };

  /** With what was left out of it: why it stopped, what it used and how long it took. */
  function filledUp(said: WholeAnswer, { call, startedAt, inputTokens }: Answering): ConverseResponse {
    const draft = typeof said === 'string' ? reply(said) : said;
    const { content } = draft.output?.message ?? { content: [] };
    const usage = promptCache.usageFor(call, inputTokens, content);
    const metrics = { latencyMs: Math.round(now() - startedAt) };
    const whole = { ...reply(...content), usage, metrics, ...(typeof said === 'string' ? {} : said) };
    return guards.ofReply(call.request, whole);
  }

  async function paced(said: WholeAnswer, answering: Answering): Promise<ConverseResponse> {
    const whole = filledUp(said, answering);
    if (pace.latency === 'none') return whole;
    await pace.beforeReply(whole.usage.outputTokens, answering.call.signal);
    return isMeasured(said) ? { ...whole, metrics: { latencyMs: Math.round(now() - answering.startedAt) } } : whole;
  }

  async function slowDown({ ms = faultDefaults.slowHeadersMs }: Fault, { signal }: RecordedCall): Promise<void> {
    await delay(ms, signal);
  }

  return {
    /** The whole reply, or what spoils it. */
    async whole(answering: Answering): Promise<ConverseResponse | SpoiltReply> {
      const { call, said, fault } = answering;
      const whole = isSteps(said) ? await collect(play(said, call, stage)) : await paced(said, answering);
      if (fault === undefined || isFault(whole)) return whole;
      if (fault.fault === 'unknown_event') return { ...whole, ...unknownField };
      if (fault.fault !== 'slow_headers') return { ...(fault as WireFault), reply: whole };
      await slowDown(fault, call);
      return whole;
    },

    /** The stream, with what spoils it. */
    async stream(answering: Answering, ears: Ears): Promise<AsyncIterable<Played>> {
      const { call, said, fault, startedAt } = answering;
      const isLate = fault?.fault === 'slow_headers';
      if (isLate) await slowDown(fault, call);
      const steps = isSteps(said) ? said : eventsOf(filledUp(said, answering));
      const timing = isSteps(said) ? undefined : { startedAt, isMeasured: isMeasured(said) };
      return play(fault && !isLate ? withFault(steps, fault) : steps, call, { ...stage, ...ears }, timing);
    },
  };
}

function isMeasured(said: WholeAnswer): boolean {
  return typeof said === 'string' || said.metrics === undefined;
}

/** What Bedrock may send tomorrow. */
const unknownField = { futureField: { rock: 'granite' } };

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
