import { type ConverseStreamEvent, createFold } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';
import type { Step, Steps } from './answer.ts';
import { type BedrockErrorName, bedrockError } from './errors.ts';
import { type Fault, faultDefaults, isFault, isWireFault, type WireFault } from './faults.ts';
import { failed, type Outcome, type RecordedCall } from './journal.ts';
import type { Pace } from './latency.ts';

/** What the wire is told of a stream. */
export type Played = ConverseStreamEvent | WireFault;

/** What a stream is played with. */
export type Stage = { pace: Pace; delay: Delay; now: () => number } & Partial<Ears>;

/** Who hears of each event before it goes out, and of how the stream ended, once. */
export type Ears = { onEvent: (event: ConverseStreamEvent) => void; onEnd: (outcome: Outcome) => void };

/** Since when a whole reply is under way, and whether its `latencyMs` is measured. A list of steps has its own time. */
export type Timing = { startedAt: number; isMeasured: boolean };

/** Hands out steps one by one, does what a client cannot see, and tells how it ended. */
export async function* play(
  steps: Steps,
  { signal }: RecordedCall,
  { pace, delay, now, onEvent, onEnd }: Stage,
  timing?: Timing,
): AsyncGenerator<Played> {
  const fold = createFold();
  const isPaced = timing !== undefined && pace.latency !== 'none';
  let events = 0;
  let outcome: Outcome | undefined;

  function broken(fault: WireFault): Outcome {
    return { type: 'broken', fault: fault.fault, events };
  }

  // Not `for await`: what is there already costs no turn of the loop.
  const isThere = Symbol.iterator in steps;
  const iterator = isThere ? steps[Symbol.iterator]() : steps[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      const { done, value: step } = isThere ? (next as IteratorResult<Step>) : await next;
      if (done) break;
      if (step instanceof Error) throw step;
      if (typeof step === 'function') {
        await step({ signal, delay });
      } else if (!isFault(step)) {
        if (isPaced) await pace.beforeEvent(step, signal);
        const event = isPaced && timing.isMeasured && step.metadata ? measured(step, now() - timing.startedAt) : step;
        fold.add(event);
        events += 1;
        onEvent?.(event);
        yield event;
      } else if (!isWireFault(step)) {
        throw bedrockError(step.fault as BedrockErrorName);
      } else if (step.fault === 'slow_headers') {
        await delay(step.ms ?? faultDefaults.slowHeadersMs, signal);
      } else if (step.fault === 'unknown_event') {
        yield unknownEvent;
      } else if (step.fault === 'slow_bytes') {
        yield step;
      } else {
        outcome = broken(step);
        if (step.fault === 'early_end' || step.fault === 'empty_reply') return;
        yield step;
      }
    }
    const { response } = fold;
    outcome = response ? { type: 'answered', reply: response } : { type: 'broken', fault: 'early_end', events };
  } catch (error) {
    outcome = { ...failed(error, signal), events } as Outcome;
    throw error;
  } finally {
    onEnd?.(outcome ?? { type: 'left', events });
    await iterator.return?.();
  }
}

/** The steps with a fault among them, behind so many events or where their message would stop. */
export async function* withFault(steps: Steps, fault: Fault): AsyncGenerator<Step> {
  let left = fault.afterEvents ?? 0;
  let isDue = true;
  for await (const step of steps) {
    const event = typeof step === 'object' && !(step instanceof Error) && !isFault(step) ? step : undefined;
    if (isDue && (left === 0 || event?.messageStop)) {
      isDue = false;
      yield fault;
    }
    yield step;
    if (event) left -= 1;
  }
  if (isDue) yield fault;
}

/** What Bedrock may send tomorrow. */
const unknownEvent = { futureEvent: { rock: 'granite' } } as unknown as ConverseStreamEvent;

function measured({ metadata }: ConverseStreamEvent, latencyMs: number): ConverseStreamEvent {
  if (metadata === undefined) return {} as ConverseStreamEvent;
  return { metadata: { ...metadata, metrics: { ...metadata.metrics, latencyMs: Math.round(latencyMs) } } };
}
