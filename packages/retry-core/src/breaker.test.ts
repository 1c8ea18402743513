import { type Breaker, createBreaker } from '@outcrop/retry-core';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const half = () => 0.5;

test('opens, lets one probe through, opens for longer, and closes when one succeeds', async () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now, random: half });
  call(breaker, 'succeeded', 5);
  call(breaker, 'failed', 4);
  expect(breaker.snapshot()).toEqual({ state: 'closed', outcomes: 9, failures: 4 });
  call(breaker, 'failed', 1);
  expect(breaker.snapshot()).toEqual({ state: 'open', until: 5_000, openings: 1 });
  expect(breaker.enter()).toBeUndefined();

  await clock.advance(5_000);
  const probe = breaker.enter();
  expect([breaker.enter(), breaker.readyAt()]).toEqual([undefined, 305_000]);
  expect(breaker.snapshot()).toEqual({ state: 'half_open', probes: 1, openings: 1 });
  probe?.failed();
  expect(breaker.snapshot()).toEqual({ state: 'open', until: 15_000, openings: 2 });

  await clock.advance(10_000);
  call(breaker, 'succeeded', 1);
  expect(breaker.snapshot()).toEqual({ state: 'closed', outcomes: 0, failures: 0 });
});

test.each([
  ['outcomes', 0.5, 1],
  ['probes', 0, 1],
  ['windowMs', Number.NaN, 0],
  ['minFailures', Number.NaN, 0],
  ['failureShare', Number.NaN, 0],
  ['openMs', Number.NaN, 0],
  ['maxOpenMs', -1, 0],
])('%s of %d is a mistake, which would keep it open or closed for ever', (name, figure, least) => {
  expect(() => createBreaker({ [name]: figure })).toThrow(
    new RangeError(`${name} is ${figure}, but has to be ${least} or more.`),
  );
});

test('a probe that was cancelled makes room for another', async () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now });
  breaker.open();
  await clock.advance(10_000);
  breaker.enter()?.abandoned();
  expect(breaker.snapshot()).toEqual({ state: 'half_open', probes: 0, openings: 1 });
});

test('a probe that nobody ends keeps nothing out for ever, and says nothing later', async () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now, random: half });
  breaker.open();
  await clock.advance(5_000);
  const forgotten = breaker.enter();
  await clock.advance(300_000);
  const next = breaker.enter();
  forgotten?.failed();
  expect(breaker.snapshot()).toEqual({ state: 'half_open', probes: 1, openings: 1 });
  next?.succeeded();
  expect(breaker.snapshot().state).toBe('closed');
});

test('what calls of before say does not close it, nor open it anew', async () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now, random: half });
  const old = [breaker.enter(), breaker.enter()];
  call(breaker, 'failed', 5);
  await clock.advance(5_000);
  old[0]?.succeeded();
  old[1]?.failed();
  expect(breaker.snapshot()).toEqual({ state: 'half_open', probes: 0, openings: 1 });
});

test('failures that are far apart are no outage', async () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now });
  for (let failure = 0; failure < 100; failure++) {
    call(breaker, 'failed', 1);
    await clock.advance(10_000);
  }
  expect(breaker.snapshot().state).toBe('closed');
});

test('three failures in a hundred never open it', () => {
  const clock = createVirtualClock();
  const breaker = createBreaker({ now: clock.now });
  for (let round = 0; round < 10_000; round++) call(breaker, clock.random() < 0.03 ? 'failed' : 'succeeded', 1);
  expect(breaker.snapshot().state).toBe('closed');
});

test('is never open for longer than its longest, and never lets more probes through than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ afterMs: fc.nat(20_000), outcome: fc.constantFrom('succeeded', 'failed', 'abandoned') }), {
        minLength: 50,
        maxLength: 200,
      }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, probes) => {
        const clock = createVirtualClock();
        const breaker = createBreaker({ ...clock, probes, maxOpenMs: 30_000 });
        const permits: ReturnType<Breaker['enter']>[] = [];
        for (const { afterMs, outcome } of steps) {
          await clock.advance(afterMs);
          for (let call = 0; call < 3; call++) permits.push(breaker.enter());
          const state = breaker.snapshot();
          if (state.state === 'half_open') expect(state.probes).toBeLessThanOrEqual(probes);
          if (state.state === 'open') expect(state.until - clock.now()).toBeLessThanOrEqual(36_000);
          for (const permit of permits.splice(0)) permit?.[outcome]();
        }
      },
    ),
    { numRuns: 0.3 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
});

function call(breaker: Breaker, outcome: 'succeeded' | 'failed', times: number): void {
  for (let time = 0; time < times; time++) breaker.enter()?.[outcome]();
}
