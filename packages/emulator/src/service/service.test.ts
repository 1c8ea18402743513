import { type Admission, createService, type MeterShape, type Quota } from '@outcrop/emulator/service';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const size = { inputTokens: 600, maxTokens: 400 };
const key = 'opus';

test.each<[name: string, shape: MeterShape, admitted: number[]]>([
  ['a bucket of a minute', { kind: 'token_bucket', burstSeconds: 60 }, [60, 30, 30, 60]],
  ['a bucket of ten seconds', { kind: 'token_bucket', burstSeconds: 10 }, [10, 10, 10, 10]],
  ['a bucket of a second', { kind: 'token_bucket', burstSeconds: 1 }, [1, 1, 1, 1]],
  ['a fixed window', { kind: 'fixed_window' }, [60, 0, 60, 60]],
  ['a sliding window', { kind: 'sliding_window' }, [60, 0, 60, 60]],
])('%s admits what it holds', (_, shape, admitted) => {
  const { service, clock } = open({ tokensPerMinute: 60_000, shape });
  const counts = [0, 30_000, 60_000, 180_000].map((at) => {
    clock.at = at;
    let count = 0;
    while (service.admit(key, size).type === 'admitted') count++;
    return count;
  });
  expect(counts).toEqual(admitted);
});

test('reserves input and maxTokens, and settles with the burn-down, into debt', () => {
  const { service, clock } = open({
    tokensPerMinute: 60_000,
    burndown: 15,
    shape: { kind: 'token_bucket', burstSeconds: 1 },
  });
  callOf(service.admit(key, size)).settle({ inputTokens: 600, outputTokens: 300 });
  expect(service.ledger(key)).toEqual({ admitted: 1, throttled: 0, unavailable: 0, settled: 1, settledTokens: 5_100 });
  // 4,100 below nothing, and 1,000 to be reserved, at 1,000 a second.
  clock.at = 5_099;
  expect(service.admit(key, size)).toEqual({ type: 'throttled', limit: 'tokens' });
  clock.at = 5_100;
  expect(service.hasRoom(key, size)).toBe(true);
});

test('what a call did not need comes back, and what it writes beyond its reservation is taken at once', () => {
  const { service } = open({ tokensPerMinute: 2_000 });
  const first = callOf(service.admit(key, size));
  const second = callOf(service.admit(key, size));
  expect(service.admit(key, size).type).toBe('throttled');
  first.settle({ inputTokens: 500, outputTokens: 0 });
  expect(service.hasRoom(key, { inputTokens: 500, maxTokens: 0 })).toBe(true);
  second.adjust(500);
  expect(service.hasRoom(key, { inputTokens: 500, maxTokens: 0 })).toBe(false);
  second.fail();
  expect(service.hasRoom(key, { inputTokens: 1_500, maxTokens: 0 })).toBe(true);
});

test('each limit says its name, and access comes before all', () => {
  const answers = [
    { requestsPerMinute: 1 },
    { tokensPerMinute: 1_500 },
    { tokensPerDay: 1_500 },
    { concurrent: 1 },
  ].map((quota) => {
    const { service } = open(quota);
    service.admit(key, size);
    return service.admit(key, size);
  });
  expect(answers).toEqual([
    { type: 'throttled', limit: 'requests' },
    { type: 'throttled', limit: 'tokens' },
    { type: 'throttled', limit: 'tokens_per_day' },
    { type: 'unavailable' },
  ]);
  expect(open({ access: 'denied' }).service.admit(key, size)).toEqual({ type: 'refused', access: 'denied' });
  expect(open({}).service.admit('other', size)).toEqual({ type: 'refused', access: 'unknown_model' });
});

test('what is granted can change: a limit that stays goes on, one that changes begins anew', () => {
  const { service } = open({ requestsPerMinute: 2, tokensPerMinute: 2_000 });
  const first = callOf(service.admit(key, size));
  service.set(key, { requestsPerMinute: 2, tokensPerMinute: 5_000 });
  expect(service.hasRoom(key, { inputTokens: 5_000, maxTokens: 0 })).toBe(true);
  expect(service.admit(key, size).type).toBe('admitted');
  expect(service.admit(key, size)).toEqual({ type: 'throttled', limit: 'requests' });
  // What began before ends as it began.
  first.settle({ inputTokens: 600, outputTokens: 0 });
  expect(service.hasRoom(key, { inputTokens: 4_001, maxTokens: 0 })).toBe(false);
  service.set(key, { access: 'denied' });
  expect(service.admit(key, size)).toEqual({ type: 'refused', access: 'denied' });
  service.set('other', {});
  expect(service.admit('other', size).type).toBe('admitted');
  expect(service.ledger(key)).toMatchObject({ admitted: 2, throttled: 1, settled: 1, settledTokens: 600 });
});

test('a neighbour leaves what it does not eat', () => {
  const { service, clock } = open({
    tokensPerMinute: 60_000,
    neighbour: 0.6,
    shape: { kind: 'token_bucket', burstSeconds: 10 },
  });
  let admitted = 0;
  for (clock.at = 0; clock.at < 600_000; clock.at += 100)
    admitted += service.admit(key, size).type === 'admitted' ? 1 : 0;
  expect(admitted).toBeGreaterThan(235);
  expect(admitted).toBeLessThan(255);
});

test('a neighbour leaves the same to somebody who calls seldom', () => {
  const { service, clock } = open({
    tokensPerMinute: 60_000,
    neighbour: 0.6,
    shape: { kind: 'token_bucket', burstSeconds: 1 },
  });
  for (clock.at = 30_000; clock.at < 600_000; clock.at += 30_000) {
    expect(service.hasRoom(key, { inputTokens: 600, maxTokens: 150 })).toBe(true);
  }
});

test('no window of a bucket admits more than its burst and what flows in', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(60, 10, 1),
      fc.array(fc.nat(3_000), { minLength: 1, maxLength: 200 }),
      (burstSeconds, gapsMs) => {
        const { service, clock } = open({ requestsPerMinute: 120, shape: { kind: 'token_bucket', burstSeconds } });
        let admitted = 0;
        for (const gapMs of gapsMs) {
          clock.at += gapMs;
          admitted += service.admit(key, size).type === 'admitted' ? 1 : 0;
          expect(admitted).toBeLessThanOrEqual(2 * burstSeconds + clock.at / 500 + 1e-6);
        }
      },
    ),
  );
});

function open(quota: Quota) {
  const clock = { at: 0 };
  return { clock, service: createService({ quotas: { [key]: quota }, now: () => clock.at }) };
}

function callOf(admission: Admission) {
  if (admission.type !== 'admitted') throw new Error(`It was ${admission.type}.`);
  return admission.call;
}
