import { getEventListeners } from 'node:events';
import { ConverseError } from '@outcrop/converse';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BulkOptions, type Job, type Journal, type Outcome, runAll } from './index.ts';
import { createSubject, requestsOf } from './subject.ts';

/** A journal in memory, which takes no more from some record on. */
function createMemory(known: Map<string, Outcome>, mostRecords = Number.POSITIVE_INFINITY): Journal {
  let records = 0;
  return {
    recall: ({ id }: Job) => known.get(id),
    async record(outcome) {
      if (records++ >= mostRecords) throw new Error('The disk is full.');
      known.set(outcome.id, outcome);
    },
  };
}

const fates = {
  answered: () => 'yes',
  throttled: () => new ConverseError('throttled', 'Too many requests.'),
  strange: () => new RangeError('?'),
};

const anyRun = fc.record({
  requests: fc.array(
    fc.record({
      takesMs: fc.nat(5_000),
      fate: fc.constantFrom<keyof typeof fates>('answered', 'answered', 'throttled', 'strange'),
    }),
    { maxLength: 30 },
  ),
  isStream: fc.boolean(),
  options: fc.record(
    {
      maxConcurrency: fc.integer({ min: 1, max: 6 }),
      order: fc.constantFrom('completion', 'input'),
      whenStopped: fc.constantFrom('drain', 'abort'),
      timeoutMs: fc.integer({ min: 1, max: 5_000 }),
      retry: fc.record({ rounds: fc.nat(2), delayMs: fc.nat(4_000) }),
      onFailure: fc.constantFrom('continue_on_failure', 'stop_on_threshold'),
    },
    { requiredKeys: ['maxConcurrency'] },
  ),
  budgetTokens: fc.option(fc.nat(120)),
  mostRecords: fc.option(fc.nat(20), { nil: undefined }),
  // What the caller does, and when: by the clock or by the number of the event.
  acts: fc.array(
    fc.record({
      act: fc.constantFrom('pause', 'resume', 'abort', 'leave'),
      at: fc.nat(20_000),
      onEvent: fc.option(fc.nat(60), { nil: undefined }),
    }),
    { maxLength: 5 },
  ),
});

test('whatever the caller does at any instant, nothing is lost, doubled, overspent or left behind', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async ({ requests, isStream, options, budgetTokens, mostRecords, acts }) => {
      const clock = createVirtualClock();
      const subject = createSubject(clock, {
        takesMs: (text) => requests[Number(text) - 1]?.takesMs ?? 0,
        answer: (text) => fates[requests[Number(text) - 1]?.fate ?? 'answered'](),
      });
      const known = new Map<string, Outcome>();
      const caller = new AbortController();
      const ended = new AbortController();
      const list = requestsOf(requests.length);
      let events = 0;
      let hasLeft = false;
      const run = runAll(subject, isStream ? list.values() : list, {
        ...clock,
        ...(options as BulkOptions),
        signal: caller.signal,
        journal: createMemory(known, mostRecords),
        ...(budgetTokens !== null && { budget: { tokens: budgetTokens, estimateCost: () => ({ tokens: 7 }) } }),
        onEvent() {
          const number = events++;
          for (const { act, onEvent } of acts) if (onEvent === number) perform(act);
        },
      });
      // The first events come while it is being made.
      let outcomes: AsyncIterator<Outcome, undefined> | undefined;
      outcomes = run[Symbol.asyncIterator]() as AsyncIterator<Outcome, undefined>;

      function perform(act: 'pause' | 'resume' | 'abort' | 'leave'): void {
        if (act === 'abort') caller.abort();
        else if (act !== 'leave') run[act]();
        else {
          hasLeft = true;
          void outcomes?.return?.();
        }
      }

      for (const { act, at, onEvent } of acts) {
        if (onEvent === undefined)
          clock.delay(at, ended.signal).then(
            () => perform(act),
            () => {},
          );
      }
      // Nobody pauses for ever.
      const goOn = async (): Promise<void> => {
        for (; !ended.signal.aborted; run.resume()) await clock.delay(30_000, ended.signal).catch(() => {});
      };
      void goOn();

      const seen: Outcome[] = [];
      const reader = outcomes;
      const read = async () => {
        for await (const outcome of { [Symbol.asyncIterator]: () => reader }) {
          seen.push(outcome);
          if (outcome.type === 'ok') expect(known.get(outcome.id)).toBe(outcome);
        }
      };
      const error = await clock.run(
        read().then(
          () => undefined,
          (error: Error) => error,
        ),
      );
      ended.abort();
      await clock.advance(0);

      if (error !== undefined) expect(error.message).toBe('The disk is full.');
      const ids = seen.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      if (!isStream && error === undefined) expect(ids).toHaveLength(requests.length);
      if (error === undefined && run.progress().ended === requests.length && options.order === 'input' && !hasLeft) {
        expect(seen.map(({ index }) => index)).toEqual(seen.map(({ index }) => index).toSorted((a, b) => a - b));
      }
      expect([...known.keys()].filter((id) => !ids.includes(id))).toEqual([]);
      expect([subject.running, clock.pending, getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0, 0]);
      expect(subject.mostRunning).toBeLessThanOrEqual(options.maxConcurrency);
      const spent = seen.reduce((sum, { type, tries }) => {
        const lost = tries.filter(({ error }) => error?.code === 'timeout').length;
        return sum + (type === 'ok' ? 5 : 0) + 7 * (lost + Number(type === 'aborted'));
      }, 0);
      if (budgetTokens !== null && error === undefined) expect(spent).toBeLessThanOrEqual(budgetTokens);
      if (error === undefined) expect(await run.summary).toMatchObject({ total: seen.length });

      const askedBefore = subject.asked.length;
      const again = await clock.run(runAll(subject, list, { ...clock, journal: createMemory(known) }).result);
      expect(again.outcomes.map(({ index }) => index)).toEqual([...list.keys()]);
      expect(subject.asked.length - askedBefore).toBe(list.length - again.restored);
    }),
  );
});
