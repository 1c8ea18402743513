import { getEventListeners } from 'node:events';
import {
  type Candidate,
  type Cost,
  createFleet,
  type Fleet,
  type FleetOptions,
  type Lease,
  type Order,
  orders,
} from '@outcrop/retry-core';
import { createRandom, createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const quick = () => ({ known: { requestsPerMinute: 6_000 } });
const plenty = () => ({ known: { requestsPerMinute: 6_000_000 } });

test('of thousands that one signal ends, who is behind them is looked for once', async () => {
  const clock = createVirtualClock();
  let picks = 0;
  const fleet = createFleet({
    ...clock,
    limits: () => ({ ceiling: { requestsPerMinute: 1 } }),
    order: (candidates) => {
      picks++;
      return candidates[0];
    },
  });
  await fleet.acquire(['a']);
  const caller = new AbortController();
  const waiting = Array.from({ length: 5_000 }, () => fleet.acquire(['a'], {}, { signal: caller.signal }));
  const behind = fleet.acquire(['a']);
  const before = picks;
  caller.abort('went home');
  expect(await Promise.allSettled(waiting)).toEqual(waiting.map(() => ({ status: 'rejected', reason: 'went home' })));
  expect(picks - before).toBe(1);
  expect((await clock.run(behind)).key).toBe('a');
});

test('gives the key that can start soonest; of equals, the one named first', async () => {
  const { fleet, clock } = open();
  const leases = await clock.run(Promise.all([1, 2, 3, 4].map(() => fleet.acquire(['a', 'b']))));
  expect(leases.map(({ key }) => key)).toEqual(['a', 'b', 'a', 'b']);
});

test('a throttled call keeps its place at the head of the line', async () => {
  const { fleet, clock } = open();
  const served: string[] = [];
  const lease = await fleet.acquire(['a']);
  const others = ['x', 'y'].map((name) => take(fleet, ['a'], name, served));
  lease.throttled();
  const again = fleet.acquire(['a'], {}, { inPlaceOf: lease }).then((next) => {
    served.push('again');
    next.settle();
  });
  await clock.run(Promise.all([...others, again]));
  expect(served).toEqual(['again', 'x', 'y']);
});

test('a failed call goes elsewhere, and holds up nobody while it waits for that', async () => {
  const { fleet, clock } = open();
  fleet.bench('b', 600_000);
  const lease = await clock.run(fleet.acquire(['a', 'b']));
  const other = fleet.acquire(['a', 'b']);
  lease.failed('error');
  const again = fleet.acquire(['a', 'b'], {}, { inPlaceOf: lease });
  expect((await clock.run(other)).key).toBe('a');
  // With nowhere else to go it may have the same key again.
  expect((await clock.run(again)).key).toBe('a');
  expect(clock.now()).toBeLessThan(5_000);
});

test('a large call is not passed over for ever by small ones', async () => {
  const { fleet, clock } = open({ limits: () => ({ known: { tokensPerMinute: 60_000 } }) });
  const first = await fleet.acquire(['a'], { tokens: 1_000 });
  first.throttled({ limit: 'tokens' });
  const served: string[] = [];
  const large = take(fleet, ['a'], 'large', served, 20_000);
  const small = Array.from({ length: 200 }, () => take(fleet, ['b', 'a'], 'small', served, 200));
  fleet.bench('b', 3_600_000);
  await clock.run(Promise.all([large, ...small]));
  expect(served.indexOf('large')).toBeLessThan(150);
});

test('a key that fails is left alone, probed, and used again', async () => {
  const { fleet, clock } = open();
  const keys: string[] = [];
  for (let call = 0; call < 40; call++) {
    const lease = await clock.run(fleet.acquire(['a', 'b']));
    keys.push(lease.key);
    if (lease.key === 'a') lease.failed('unavailable');
    else lease.settle();
  }
  expect(keys.filter((key) => key === 'a')).toHaveLength(5);
  expect(fleet.status().find(({ key }) => key === 'a')?.breaker.state).toBe('open');
  await clock.advance(10_000);
  const probe = await clock.run(fleet.acquire(['a']));
  probe.settle();
  expect(fleet.status().find(({ key }) => key === 'a')?.breaker.state).toBe('closed');
});

test('a key that swallows calls is found, and its calls are told', async () => {
  const { fleet, clock } = open({ limits: quick });
  for (let call = 0; call < 40; call++) {
    const lease = await clock.run(fleet.acquire(['a']));
    await clock.advance(1_000);
    lease.settle();
  }
  const swallowed = await Promise.all(Array.from({ length: 6 }, () => clock.run(fleet.acquire(['a']))));
  const told = swallowed.map(({ signal }) => signal);
  await clock.advance(15_000);
  expect(told.map(({ aborted }) => aborted)).toEqual(Array(6).fill(true));
  for (const lease of swallowed) lease.failed('timed_out');
  expect((await clock.run(fleet.acquire(['a', 'b']))).key).toBe('b');
});

test('a bench outlives the process, and so does what was learnt', async () => {
  const { fleet, clock } = open({ limits: (key) => (key === 'a' ? quick() : {}) });
  await clock.run(fleet.acquire(['a']));
  fleet.bench('b', 3_600_000);
  const stored = JSON.parse(JSON.stringify(fleet.snapshot()));
  expect(stored).toEqual({
    version: 1,
    keys: { a: { limits: { requestsPerMinute: 6_000 } }, b: { limits: {}, benchedUntil: clock.wallNow() + 3_600_000 } },
  });
  const later = createVirtualClock({ wallMs: clock.wallNow() + 600_000 });
  const next = createFleet(later);
  next.restore(stored);
  expect(next.snapshot()).toEqual(stored);
  expect(next.waitMs(['b'])).toBe(3_000_000);
  expect(next.waitMs(['a'])).toBe(0);
  expect(next.status().map(({ key, requestsPerMinute }) => [key, requestsPerMinute])).toEqual([
    ['b', undefined],
    ['a', 6_000],
  ]);
});

test.each([
  null,
  { version: 2 },
  { version: 1, keys: null },
  { version: 1, keys: { a: null, b: { limits: { requestsPerMinute: 'many' } } } },
])('nonsense in a file is no knowledge: %j', async (nonsense) => {
  const { fleet, clock } = open();
  fleet.restore(nonsense as never);
  expect((await clock.run(fleet.acquire(['a', 'b']))).key).toBe('a');
});

test.each<[name: keyof typeof orders, keys: string[]]>([
  ['soonest', ['a', 'b', 'c', 'a', 'b', 'c']],
  ['in_turn', ['a', 'a', 'a', 'a', 'a', 'a']],
  ['round_robin', ['a', 'b', 'c', 'a', 'b', 'c']],
  ['least_loaded', ['a', 'b', 'c', 'a', 'b', 'c']],
])('the order %s', async (name, keys) => {
  const { fleet, clock } = open({ order: orders[name] });
  const got: string[] = [];
  for (let call = 0; call < 6; call++) got.push((await clock.run(fleet.acquire(['a', 'b', 'c']))).key);
  expect(got).toEqual(keys);
});

test('the order random uses them all', async () => {
  const { fleet, clock } = open({ order: orders.random });
  const got = new Set<string>();
  for (let call = 0; call < 60; call++) got.add((await clock.run(fleet.acquire(['a', 'b', 'c']))).key);
  expect([...got].sort()).toEqual(['a', 'b', 'c']);
});

test('what can never be is refused at once', async () => {
  const { fleet } = open({ limits: () => ({ ceiling: { tokensPerMinute: 1_000 } }) });
  await expect(fleet.acquire(['a'], { tokens: 2_000 })).rejects.toThrow('above the ceiling of every key');
  await expect(fleet.acquire([])).rejects.toThrow('keys is empty');
});

test('a clock that goes on while it is read holds nobody up', async () => {
  let time = 0;
  const now = () => {
    time += 0.001;
    return time;
  };
  const fleet = createFleet({ now, delay: () => new Promise(() => {}) });
  expect(fleet.waitMs(['a'])).toBe(0);
  expect((await fleet.acquire(['a'])).key).toBe('a');
});

test('nothing in flight and nobody waiting is no timer', async () => {
  const { fleet, clock } = open();
  const leases = [];
  for (let call = 0; call < 10; call++) leases.push(await clock.run(fleet.acquire(['a', 'b'])));
  for (const lease of leases) lease.settle();
  expect(clock.pending).toBe(0);
  expect(fleet.capacity()).toBeGreaterThanOrEqual(16);
});

test('an abort at any instant loses nothing and leaves nothing behind: 10,000 of them', async () => {
  const clock = createVirtualClock();
  const random = createRandom(9);
  const fleet = createFleet({ ...clock, limits: () => ({ known: { requestsPerMinute: 30_000 } }) });
  const callers = Array.from({ length: 10_000 }, () => new AbortController());
  const counts = { done: 0, aborted: 0, otherErrors: 0 };
  const calls = callers.map(async ({ signal }, index) => {
    await clock.delay(random() * 20_000);
    const keys = [['a', 'b'], ['b'], ['a', 'b', 'c']][index % 3] as string[];
    let lease: Lease | undefined;
    try {
      lease = await fleet.acquire(keys, { tokens: random() * 2_000 }, { signal, priority: index % 2 });
      await clock.delay(random() * 500, signal);
      const chance = random();
      if (chance < 0.05) lease.throttled();
      else if (chance < 0.1) lease.failed('error');
      else lease.settle({ tokens: random() * 2_000 });
      counts.done++;
    } catch (error) {
      lease?.abandoned();
      counts[error === signal.reason ? 'aborted' : 'otherErrors']++;
    }
  });
  const aborts = callers.map(async (caller, index) => {
    await clock.delay(random() * 40_000);
    caller.abort(index);
  });
  await clock.run(Promise.all([...calls, ...aborts]));
  const listeners = callers.reduce((sum, { signal }) => sum + getEventListeners(signal, 'abort').length, 0);
  expect(counts.done + counts.aborted).toBe(10_000);
  expect(counts.aborted).toBeGreaterThan(1_000);
  expect({ listeners, timers: clock.pending, inFlight: fleet.status().map(({ inFlight }) => inFlight) }).toEqual({
    listeners: 0,
    timers: 0,
    inFlight: [0, 0, 0],
  });
});

test.each<
  [what: string, options: FleetOptions, keys: string[], cost: Cost, priority: number | undefined, says: string]
>([
  ['no keys', {}, [], {}, undefined, 'keys is empty'],
  ['a cost that is no number', {}, ['a'], { tokens: Number.NaN }, undefined, 'NaN tokens'],
  ['a negative cost', {}, ['a'], { requests: -1 }, undefined, '-1 requests'],
  ['an endless cost', {}, ['a'], { tokens: Number.POSITIVE_INFINITY }, undefined, 'Infinity tokens'],
  ['a priority that is no number', {}, ['a'], {}, Number.NaN, 'priority is NaN'],
  ['limits that make no sense', { limits: () => ({ ceiling: { tokensPerMinute: 0 } }) }, ['a'], {}, undefined, 'is 0'],
  ['an order that throws', { order: () => raise('out of order') }, ['a', 'b'], {}, undefined, 'out of order'],
  [
    'an order of its own keys',
    { order: () => stranger },
    ['a', 'b'],
    {},
    undefined,
    '"stranger", which is no candidate',
  ],
])('%s is an error of the call, and leaves nothing behind', async (_, options, keys, cost, priority, says) => {
  const { fleet, clock } = open(options);
  const { signal } = new AbortController();
  await expect(fleet.acquire(keys, cost, { priority, signal })).rejects.toThrow(says);
  expect([getEventListeners(signal, 'abort').length, clock.pending]).toEqual([0, 0]);
});

test('an order that fails now and then fails those calls, and whoever ends a call never hears of it', async () => {
  let asked = 0;
  const order: Order = (candidates, turn, random) =>
    asked++ % 3 === 2 ? raise('out of order') : orders.soonest(candidates, turn, random);
  const { fleet, clock } = open({ order, limits: quick });
  const counts = { done: 0, failed: 0 };
  const calls = Array.from({ length: 300 }, async () => {
    const lease = await fleet.acquire(['a', 'b']).catch(() => undefined);
    counts[lease === undefined ? 'failed' : 'done']++;
    await clock.delay(100);
    lease?.settle();
  });
  await clock.run(Promise.all(calls));
  expect(counts.done + counts.failed).toBe(300);
  expect(counts.done).toBeGreaterThan(100);
  expect(clock.pending).toBe(0);
});

test('an order that picks nothing leaves it to the usual one', async () => {
  const { fleet } = open({ order: () => undefined });
  expect((await fleet.acquire(['a', 'b'])).key).toBe('a');
});

test('who had given up before does not even stand in line', async () => {
  const { fleet, clock } = open();
  const signal = AbortSignal.abort('before');
  await expect(fleet.acquire(['a'], {}, { signal })).rejects.toBe('before');
  expect([getEventListeners(signal, 'abort').length, clock.pending, fleet.status()]).toEqual([0, 0, []]);
});

test('a service that says nonsense of itself changes nothing', async () => {
  const { fleet, clock } = open({ limits: quick });
  (await clock.run(fleet.acquire(['a'], { tokens: 100 }))).settle({ tokens: Number.NaN, requests: -5 });
  (await clock.run(fleet.acquire(['a'], { tokens: 100 }))).throttled({ retryAfterMs: Number.POSITIVE_INFINITY });
  (await clock.run(fleet.acquire(['a'], { tokens: 100 }))).throttled({ retryAfterMs: Number.NaN });
  expect((await clock.run(fleet.acquire(['a'], { tokens: 100 }))).key).toBe('a');
  expect(clock.now()).toBeLessThan(5_000);
});

test('a lease that has ended stays ended', async () => {
  const { fleet, clock } = open();
  const lease = await clock.run(fleet.acquire(['a']));
  lease.settle();
  const before = [fleet.status(), fleet.capacity()];
  lease.settle();
  lease.throttled({ retryAfterMs: 60_000 });
  lease.failed('unavailable');
  lease.abandoned();
  lease.accepted();
  expect([fleet.status(), fleet.capacity()]).toEqual(before);
});

test('leases that nobody ever ends are given up: the key is used again, and no timer stays', async () => {
  const { fleet, clock } = open({ limits: quick });
  for (let call = 0; call < 8; call++) await clock.run(fleet.acquire(['a']));
  await clock.advance(3_600_000);
  expect([fleet.status()[0]?.inFlight, clock.pending]).toEqual([0, 0]);
  const lease = await clock.run(fleet.acquire(['a']));
  lease.settle();
  expect(fleet.status()[0]?.breaker.state).toBe('closed');
});

test('a key that swallows calls is found though earlier ones are still being answered', async () => {
  const { fleet, clock } = open({ limits: quick });
  for (let call = 0; call < 40; call++) {
    const lease = await clock.run(fleet.acquire(['a']));
    await clock.advance(2_000);
    lease.settle();
  }
  const slow = await Promise.all([1, 2, 3, 4, 5, 6].map(() => clock.run(fleet.acquire(['a']))));
  await clock.advance(100);
  const swallowed = await Promise.all([1, 2, 3, 4, 5, 6].map(() => clock.run(fleet.acquire(['a']))));
  const told = swallowed.map(({ signal }) => signal);
  const since = clock.now();
  for (const lease of slow) {
    await clock.advance(1_500);
    lease.settle();
  }
  await clock.advance(2_000);
  expect([told.map(({ aborted }) => aborted), clock.now() - since]).toEqual([Array(6).fill(true), 11_000]);
});

test('five calls in a row that nobody hears of count from the start of the fifth', async () => {
  const { fleet, clock } = open({ limits: quick });
  for (let call = 0; call < 40; call++) {
    const lease = await clock.run(fleet.acquire(['a']));
    await clock.advance(1_000);
    lease.settle();
  }
  const { signal } = (await many(fleet, clock, 4))[0] as Lease;
  await clock.advance(8_000);
  await many(fleet, clock, 1);
  await clock.advance(9_000);
  const before = signal.aborted;
  await clock.advance(2_000);
  expect([before, signal.aborted]).toEqual([false, true]);
});

test('calls that were on their way when the crowd was cut do not cut it again', async () => {
  const { fleet, clock } = open({ limits: plenty });
  const crowd = await many(fleet, clock, 60);
  // One of three, so that the breaker stays closed. The last of them was begun in this very instant.
  for (const [index, lease] of crowd.entries()) {
    if (index % 3 === 2) lease.failed('unavailable');
    else lease.settle();
  }
  const waiting = Array.from({ length: 60 }, () => fleet.acquire(['a']));
  await clock.advance(1_000);
  // At the fifth of them 46 were on their way: 0.7 of that, and a little more for each answer in so large a crowd.
  expect(fleet.status()[0]?.inFlight).toBe(34);
  await Promise.all(waiting.slice(0, 34).map(async (lease) => (await lease).settle()));
  expect(await clock.run(Promise.all(waiting))).toHaveLength(60);
});

test('who is back from an outage is not held to the crowd of its end', async () => {
  const { fleet, clock } = open({ limits: plenty });
  for (const lease of await many(fleet, clock, 20)) lease.failed('unavailable');
  const probe = await clock.run(fleet.acquire(['a']));
  probe.settle();
  await many(fleet, clock, 40);
  expect(fleet.status()[0]?.inFlight).toBe(40);
});

test('while nobody wanted anything a quota is not taken for a smaller one, though somebody had stood in line', async () => {
  const { fleet, clock } = open();
  const bucket = { level: 60, at: 0 };
  const isAdmitted = () => {
    bucket.level = Math.min(60, bucket.level + (clock.now() - bucket.at) / 100);
    bucket.at = clock.now();
    if (bucket.level < 1) return false;
    bucket.level--;
    return true;
  };
  const work = async (until: number) => {
    while (clock.now() < until) {
      const lease = await fleet.acquire(['a']);
      await clock.delay(100);
      if (isAdmitted()) lease.settle();
      else lease.throttled();
    }
  };
  const rates: number[] = [];
  for (let spell = 0; spell < 4; spell++) {
    const until = clock.now() + 60_000;
    await clock.run(Promise.all(Array.from({ length: 20 }, () => work(until))));
    rates.push(fleet.snapshot().keys['a']?.limits.requestsPerMinute ?? 0);
    await clock.advance(300_000);
  }
  for (const rate of rates) expect(rate / 600).toBeGreaterThan(0.9);
});

test('the important goes first, and what waits long enough is served all the same', async () => {
  const { fleet, clock } = open({ limits: () => ({ ceiling: { requestsPerMinute: 60 } }) });
  const served: string[] = [];
  const serve = async (name: string, priority: number) => {
    const lease = await fleet.acquire(['a'], {}, { priority });
    served.push(name);
    await clock.delay(100);
    lease.settle();
  };
  const all = Array.from({ length: 60 }, () => serve('before', 0));
  const low = serve('low', 0).then(() => clock.now());
  all.push(serve('urgent', 5));
  // Twice as much as can be served, for ten minutes, all of it more important.
  for (let second = 0; second < 600; second++) {
    all.push(serve('important', 2), serve('important', 2));
    await clock.advance(1_000);
  }
  expect(served.indexOf('urgent')).toBeLessThan(served.indexOf('important'));
  expect(served.indexOf('important')).toBeLessThan(served.indexOf('low'));
  expect(await clock.run(low)).toBeLessThan(600_000);
  await clock.run(Promise.all(all));
});

test('one more in a long line costs what one more in a short line does', async () => {
  const perCall = await Promise.all([1_000, 10_000].map(readsPerCall));
  expect(perCall[1]).toBeLessThan(1.1 * (perCall[0] ?? 0));
});

test('the wall clock may jump: a bench that runs goes by the other one', async () => {
  const { fleet, clock } = open();
  fleet.bench('a', 60_000);
  clock.setWall(clock.wallNow() - 86_400_000);
  expect(fleet.waitMs(['a'])).toBe(60_000);
  const stored = fleet.snapshot();
  // A file of a machine whose clock was years ahead.
  clock.setWall(0);
  const next = createFleet(clock);
  next.restore(stored);
  expect(next.waitMs(['a'])).toBe(0);
});

test('any file at all leaves a fleet that works', async () => {
  const figure = fc.oneof(fc.double(), fc.constantFrom(5e-324, 1e308, -1, 1e15), fc.jsonValue());
  const entry = fc.record({
    limits: fc.oneof(
      fc.jsonValue(),
      fc.record({ requestsPerMinute: figure, tokensPerMinute: figure, isWindow: figure }, { requiredKeys: [] }),
    ),
    benchedUntil: fc.oneof(fc.jsonValue(), fc.constant(1e300), fc.constant(-1)),
  });
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString');
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.oneof(entry, fc.jsonValue()))), async (keys) => {
      const clock = createVirtualClock();
      const fleet = createFleet(clock);
      fleet.restore(JSON.parse(JSON.stringify({ version: 1, keys })));
      for (const key of ['a', 'b', '__proto__', 'constructor', 'toString']) {
        const lease = await clock.run(fleet.acquire([key], { tokens: 1_000 }));
        lease.settle({ tokens: 900 });
      }
      expect(clock.now()).toBeLessThan(3_600_000);
      fleet.restore(fleet.snapshot());
    }),
  );
});

function open(options: FleetOptions = {}): { fleet: Fleet; clock: VirtualClock } {
  const clock = createVirtualClock();
  return { clock, fleet: createFleet({ ...clock, ...options }) };
}

/** So many leases that are held at once. */
function many(fleet: Fleet, clock: VirtualClock, count: number): Promise<Lease[]> {
  return clock.run(Promise.all(Array.from({ length: count }, () => fleet.acquire(['a']))));
}

async function take(fleet: Fleet, keys: string[], name: string, served: string[], tokens = 0): Promise<void> {
  const lease = await fleet.acquire(keys, { tokens });
  served.push(name);
  lease.settle();
}

/** How often the time is read for each of so many callers that wait and are served. */
async function readsPerCall(callers: number): Promise<number> {
  const clock = createVirtualClock();
  let reads = 0;
  const now = () => {
    reads++;
    return clock.now();
  };
  const fleet = createFleet({ ...clock, now, limits: () => ({ known: { requestsPerMinute: 60_000 } }) });
  const calls = Array.from({ length: callers }, async () => {
    const lease = await fleet.acquire(['a', 'b', 'c'], { tokens: 100 });
    lease.settle();
  });
  await clock.run(Promise.all(calls));
  return reads / callers;
}

function raise(message: string): never {
  throw new Error(message);
}

const stranger: Candidate = { key: 'stranger', waitMs: 0, isOut: false, inFlight: 0 };
