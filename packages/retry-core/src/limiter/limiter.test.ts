import { createLimiter, type Grant, type Limiter, type LimiterOptions } from '@outcrop/retry-core';
import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('a cold start is no storm: it begins slowly, and doubles with use', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  const starts = await startsWithin(clock, limiter, 12_000);
  const perThreeSeconds = [0, 1, 2, 3].map((part) => starts.filter((at) => Math.floor(at / 3_000) === part).length);
  expect(perThreeSeconds[0]).toBeLessThan(40);
  for (const part of [1, 2, 3]) {
    const growth = (perThreeSeconds[part] ?? 0) / (perThreeSeconds[part - 1] ?? 1);
    expect(growth).toBeGreaterThan(1.7);
    expect(growth).toBeLessThan(2.3);
  }
});

test('says how long to wait', () => {
  const limiter = createLimiter({ ...createVirtualClock(), known: { requestsPerMinute: 60 } });
  const first = limiter.reserve({});
  expect(first.type).toBe('grant');
  const second = limiter.reserve({});
  expect(second.type).toBe('wait');
  if (second.type === 'wait') expect(second.ms).toBeGreaterThan(0);
});

test('finds the rate of a bucket that it cannot see', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  const bucket = { level: 100, at: 0 };
  await serveFor(clock, limiter, 600_000, () => {
    bucket.level = Math.min(100, bucket.level + (10 * (clock.now() - bucket.at)) / 1000);
    bucket.at = clock.now();
    if (bucket.level < 1) return false;
    bucket.level -= 1;
    return true;
  });
  const { requestsPerMinute = 0 } = limiter.snapshot();
  expect(requestsPerMinute).toBeGreaterThan(0.93 * 600);
  expect(requestsPerMinute).toBeLessThan(1.07 * 600);
});

test('while everything is refused it sends single probes, further and further apart', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  const calls = await serveFor(clock, limiter, 600_000, () => false);
  expect(calls.length).toBeLessThanOrEqual(60);
  const gaps = calls.slice(-5).map((at, index, last) => (index === 0 ? 0 : at - (last[index - 1] ?? 0)));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(19_000);
});

test('what was on its way when a call was refused is no further news, if it is refused as well', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ ...clock, known: { requestsPerMinute: 6_000 } });
  const sent: Grant[] = [];
  while (sent.length < 10) {
    const got = limiter.reserve({}, 0);
    if (got.type === 'wait') await clock.advance(got.ms);
    else sent.push(got);
  }
  // The last of them was sent in this very instant.
  const [refused, ...others] = sent.reverse();
  others[0]?.throttled();
  const readyAt = limiter.readyAt({});
  expect(readyAt - clock.now()).toBeLessThan(100);
  for (const grant of [refused, ...others]) grant?.throttled();
  expect(limiter.readyAt({})).toBe(readyAt);
});

test.each([
  ['a window that ends', 100, true],
  ['not one that pays off what calls had taken beyond what they reserved', 90_000, undefined],
])('half a minute without an admission is %s', async (_, tokens, isWindow) => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ ...clock, known: { requestsPerMinute: 600, tokensPerMinute: 600_000 } });
  const slow = limiter.reserve({ tokens: 100 }) as Grant;
  for (let second = 0; second < 90; second++) {
    await clock.advance(1_000);
    (limiter.reserve({ tokens: 1_000 }) as Grant).settle();
  }
  (limiter.reserve({ tokens: 1_000 }) as Grant).throttled();
  slow.settle({ tokens });
  const until = clock.now() + 30_000;
  for (;;) {
    const got = limiter.reserve({ tokens: 1_000 }, 0);
    if (got.type === 'wait') await clock.advance(Math.max(got.ms, 1));
    else if (clock.now() < until) {
      await clock.advance(1);
      got.throttled();
    } else {
      got.settle();
      break;
    }
  }
  expect(limiter.snapshot().isWindow).toBe(isWindow);
});

test('waits as long as the service asked', () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  (limiter.reserve({}) as Grant).throttled({ retryAfterMs: 42_000 });
  expect(limiter.readyAt({})).toBeGreaterThanOrEqual(42_000);
});

test('what it found holds for the next process', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({
    ...clock,
    known: { requestsPerMinute: 600, tokensPerMinute: 90_000, isWindow: true },
  });
  const stored = JSON.parse(JSON.stringify(limiter.snapshot()));
  expect(stored).toEqual({ requestsPerMinute: 600, tokensPerMinute: 90_000, isWindow: true });
  expect((await startsWithin(clock, createLimiter({ ...clock, known: stored }), 3_000)).length).toBeGreaterThan(25);
});

test('of what nobody has ever wanted nothing is found, and the next process can begin with that', () => {
  const limiter = createLimiter(createVirtualClock());
  const first = limiter.reserve({ tokens: 0 });
  if (first.type === 'grant') first.throttled();
  const stored = limiter.snapshot();
  expect(stored).toEqual({ requestsPerMinute: 12 });
  expect(createLimiter({ ...createVirtualClock(), known: stored }).snapshot()).toEqual(stored);
});

test('a call far larger than all before it waits an hour at most', async () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  const first = limiter.reserve({ tokens: 1 });
  if (first.type === 'grant') first.throttled();
  expect(limiter.readyAt({ tokens: 50_000 }) - clock.now()).toBeLessThanOrEqual(3_600_000);
});

test('a service that says nonsense of what a call took is not waited for till the end of time', () => {
  const clock = createVirtualClock();
  const limiter = createLimiter({ ...clock, known: { tokensPerMinute: 60_000 } });
  const first = limiter.reserve({ tokens: 100 });
  if (first.type === 'grant') first.settle({ tokens: Number.MAX_SAFE_INTEGER });
  expect(limiter.readyAt({ tokens: 100 }) - clock.now()).toBeLessThanOrEqual(3_600_000);
});

test('a call that could never be within the ceiling never starts', () => {
  const limiter = createLimiter({ ...createVirtualClock(), ceiling: { tokensPerMinute: 1_000 } });
  expect(limiter.readyAt({ tokens: 1_001 })).toBe(Number.POSITIVE_INFINITY);
  expect(() => createLimiter({ ceiling: { requestsPerMinute: 0 } })).toThrow('requestsPerMinute is 0');
});

test('no minute has more than the ceiling, whatever the service allows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 2_000 }),
      fc.integer({ min: 1_000, max: 100_000 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 900 })),
      fc.option(fc.constant({ requestsPerMinute: 6_000 }), { nil: undefined }),
      async (requestsPerMinute, tokensPerMinute, sizes, known) => {
        const clock = createVirtualClock();
        const ceiling = { requestsPerMinute, tokensPerMinute };
        const limiter = createLimiter({ ...clock, ceiling, known } satisfies LimiterOptions);
        const grants: { at: number; tokens: number }[] = [];
        while (clock.now() < 180_000 && grants.length < 2_000) {
          const tokens = sizes.next().value as number;
          for (let got = limiter.reserve({ tokens }); got.type === 'wait'; got = limiter.reserve({ tokens })) {
            await clock.advance(got.ms);
          }
          grants.push({ at: clock.now(), tokens });
        }
        let from = 0;
        let sum = 0;
        for (const [index, { at, tokens }] of grants.entries()) {
          sum += tokens;
          for (; (grants[from]?.at ?? at) <= at - 60_000; from++) sum -= grants[from]?.tokens ?? 0;
          expect(sum).toBeLessThanOrEqual(tokensPerMinute);
          expect(index - from + 1).toBeLessThanOrEqual(requestsPerMinute);
        }
      },
    ),
    { numRuns: 0.2 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
});

test('whatever happens, in any order and twice, the next call has a time', async () => {
  const ends = ['accepted', 'settle', 'throttled', 'failed', 'abandoned'] as const;
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 30_000 }),
    tokens: fc.nat(50_000),
    end: fc.constantFrom(...ends),
    which: fc.nat(20),
    actual: fc.oneof(fc.nat(200_000), fc.double()),
    retryAfterMs: fc.option(fc.oneof(fc.nat(60_000), fc.double()), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const clock = createVirtualClock();
      const limiter = createLimiter(clock);
      const grants: Grant[] = [];
      for (const { afterMs, tokens, end, which, actual, retryAfterMs } of steps) {
        await clock.advance(afterMs);
        const got = limiter.reserve({ tokens });
        if (got.type === 'grant') grants.push(got);
        const grant = grants[which % grants.length];
        if (end === 'settle') grant?.settle({ tokens: actual });
        else if (end === 'throttled' && !((retryAfterMs ?? 0) > 60_000)) grant?.throttled({ retryAfterMs });
        else if (end !== 'throttled') grant?.[end]();
        const waitMs = limiter.readyAt({ tokens: 50_000 }) - clock.now();
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThan(24 * 3_600_000);
        for (const found of Object.values(limiter.snapshot())) expect(Number(found)).toBeGreaterThan(0);
      }
    }),
  );
});

test('what it found of calls that cost nothing of one kind can be handed on', () => {
  const clock = createVirtualClock();
  const limiter = createLimiter(clock);
  (limiter.reserve({}) as Grant).throttled();
  const known = limiter.snapshot();
  expect(known).toEqual({ requestsPerMinute: expect.any(Number) });
  expect(createLimiter({ ...clock, known }).snapshot()).toEqual(known);
});

test('no limit at all is known as nothing is', () => {
  const known = { requestsPerMinute: Number.POSITIVE_INFINITY, tokensPerMinute: Number.POSITIVE_INFINITY };
  expect(createLimiter({ known }).snapshot()).toEqual({});
});

test('where the clock starts means nothing', () => {
  const step = fc.record({ ms: fc.nat(3_000), tokens: fc.nat(1_000), isThrottled: fc.boolean() });
  const ceiling = fc.constantFrom(undefined, { requestsPerMinute: 30 }, { tokensPerMinute: 9_000 });
  fc.assert(
    fc.property(fc.integer(), ceiling, fc.array(step, { maxLength: 100 }), (start, ceiling, steps) => {
      const played = [0, start].map((origin) => {
        let time = origin;
        const limiter = createLimiter({ now: () => time, random: () => 0.5, ceiling });
        return steps.map(({ ms, tokens, isThrottled }) => {
          time += ms;
          const got = limiter.reserve({ tokens });
          if (got.type === 'wait') return got.ms;
          if (isThrottled) got.throttled();
          else got.settle();
          return 0;
        });
      });
      // A late start leaves fewer digits for the fractions of a millisecond.
      expect(played[1]).toEqual(played[0]?.map((ms) => expect.closeTo(ms, 2)));
    }),
  );
});

/** Starts a call whenever it may, for so long. */
async function startsWithin(clock: VirtualClock, limiter: Limiter, ms: number): Promise<number[]> {
  return serveFor(clock, limiter, ms, () => true);
}

/** Has each call answered at once. Gives when the calls were made. */
async function serveFor(
  clock: VirtualClock,
  limiter: Limiter,
  ms: number,
  isAdmitted: () => boolean,
): Promise<number[]> {
  const end = clock.now() + ms;
  const calls: number[] = [];
  while (clock.now() < end) {
    const got = limiter.reserve({}, 0);
    if (got.type === 'wait') {
      await clock.advance(Math.max(got.ms, 1));
      continue;
    }
    calls.push(clock.now());
    if (isAdmitted()) got.settle();
    else {
      await clock.advance(1);
      got.throttled();
    }
  }
  return calls;
}
