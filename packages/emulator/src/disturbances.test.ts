import { type ConverseError, isConfigurationError, textOf } from '@outcrop/converse';
import { createEmulator, type Emulator, type EmulatorOptions, fault } from '@outcrop/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';

const modelId = 'amazon.nova-lite-v1:0';
const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

describe('an outage', () => {
  test('lets a region fail over the wire and in process, whatever was scripted, and others answer', async () => {
    const emulator = await start();
    emulator.when().always('Granite.');
    const outage = emulator.outage({ region: 'ap-northeast-1' });
    expect(await ask(emulator, 'ap-northeast-1')).toBe('unavailable');
    expect(await post(emulator, 'ap-northeast-1')).toEqual([503, 'ServiceUnavailableException']);
    expect(await ask(emulator, 'us-east-1')).toBe('Granite.');
    outage.end();
    expect(await ask(emulator, 'ap-northeast-1')).toBe('Granite.');
  });

  test('lasts as long as it is said to, by the clock that it was given', async () => {
    let time = 0;
    const emulator = await start({ now: () => time, respond: () => 'Granite.' });
    emulator.outage({}, { ms: 60_000, exception: 'InternalServerException' });
    time = 59_999;
    expect(await ask(emulator)).toBe('internal');
    time = 60_000;
    expect(await ask(emulator)).toBe('Granite.');
  });

  test('keeps the script for those that come after it', async () => {
    const emulator = await start();
    emulator.when().reply('Granite.');
    const outage = emulator.outage();
    await ask(emulator);
    outage.end();
    expect(await ask(emulator)).toBe('Granite.');
  });
});

test.each<[string, object, number]>([
  ['of the region', { region: 'us-east-1' }, 503],
  ['of everything', {}, 503],
  ['of another region', { region: 'us-west-2' }, 200],
  ['of one model', { modelId }, 200],
])('an outage %s reaches the control plane, or not', async (_, match, status) => {
  const emulator = await start();
  emulator.outage(match);
  expect((await fetch(`${emulator.url}/foundation-models`)).status).toBe(status);
});

describe('refused connections', () => {
  test('are refused, in process too, until they are let in again', async () => {
    const emulator = await start({ respond: () => 'Granite.' });
    const [one, two] = [await emulator.refuseConnections(), await emulator.refuseConnections()];
    await one.end();
    await expect(post(emulator)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await ask(emulator)).toBe('unavailable');
    await two.end();
    expect(await post(emulator)).toEqual([200, null]);
    expect(await ask(emulator)).toBe('Granite.');
  });

  test('break off what is under way', async () => {
    const emulator = await start();
    emulator.when().reply(fault('hang'));
    const hanging = post(emulator);
    hanging.catch(() => {});
    await expect.poll(() => emulator.requests.length).toBe(1);
    const refusal = await emulator.refuseConnections();
    await expect(hanging).rejects.toThrow('fetch failed');
    await refusal.end();
  });

  test('end by themselves, by the delay that it was given', async () => {
    const waited = Promise.withResolvers<void>();
    const emulator = await start({ delay: () => waited.promise, respond: () => 'Granite.' });
    await emulator.refuseConnections({ ms: 1_000 });
    expect(await ask(emulator)).toBe('unavailable');
    waited.resolve();
    await expect.poll(() => post(emulator).catch(() => undefined)).toEqual([200, null]);
  });

  test('do not outlive the emulator', async () => {
    const emulator = await createEmulator();
    const refusal = await emulator.refuseConnections({ ms: 3_600_000 });
    await emulator.close();
    await refusal.end();
    await expect(post(emulator)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

describe('chaos', () => {
  const chaos = { seed: 7, rates: { ThrottlingException: 0.2, reset: 0.1 } };

  test('is the same for the same seed, and about as frequent as it is said to be', async () => {
    const runs = await Promise.all([1, 2].map(async () => outcomes(await start({ chaos, respond: () => 'Granite.' }))));
    expect(runs[0]).toEqual(runs[1]);
    const count = (outcome: string) => runs[0]?.filter((each) => each === outcome).length;
    expect([count('throttled'), count('connection'), count('Granite.')]).toEqual([89, 46, 365]);
  });

  test('leaves scripted answers alone, and can be ended', async () => {
    const emulator = await start({ chaos: { rates: { reset: 1 } }, respond: () => 'Granite.' });
    emulator.when().reply('Gneiss.');
    expect([await ask(emulator), await ask(emulator)]).toEqual(['Gneiss.', 'connection']);
    emulator.chaos = undefined;
    expect(await ask(emulator)).toBe('Granite.');
  });

  test('hits streams before their first event and behind some of them', async () => {
    const emulator = await start({ chaos: { seed: 1, rates: { ThrottlingException: 1 } } });
    const model = connect(emulator);
    const counts = new Set<number>();
    for (let number = 0; number < 60; number++) {
      let events = 0;
      await (async () => {
        for await (const _ of model.converseStream(request)) events += 1;
      })().catch(() => counts.add(events));
    }
    // Before its messageStop an answer of two pieces has four events.
    expect([...counts].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test.each<[rates: Record<string, number>, problem: string]>([
    [{ reset: 0.6, hang: 0.6 }, 'chaos.rates may be 1 all together at most, and they are 1.2.'],
    [{ reset: -0.1 }, 'chaos.rates.reset has to be a number from 0 to 1, and it is -0.1.'],
    [{ reset: Number.NaN }, 'chaos.rates.reset has to be a number from 0 to 1, and it is NaN.'],
    [{ rest: 0.1 }, 'chaos.rates has to be one of reset, '],
  ])('refuses rates of %j, at the start and later', async (rates, problem) => {
    await expect(createEmulator({ chaos: { rates } })).rejects.toSatisfy(isConfigurationError);
    await expect(createEmulator({ chaos: { rates } })).rejects.toThrow(problem);
    const emulator = await start();
    expect(() => {
      emulator.chaos = { rates };
    }).toThrow(problem);
    expect(emulator.chaos).toBeUndefined();
  });

  async function outcomes(emulator: Emulator): Promise<string[]> {
    const seen: string[] = [];
    for (let number = 0; number < 500; number++) seen.push(await ask(emulator));
    return seen;
  }
});

test.each<[what: string, disturb: (emulator: Emulator) => unknown, problem: string]>([
  ['an outage of no length', (it) => it.outage({}, { ms: Number.NaN }), 'outage.ms has to be a number from 0'],
  [
    'an outage by no exception',
    (it) => it.outage({}, { exception: 'Rockfall' as never }),
    'outage.exception has to be',
  ],
  ['an outage of nothing', (it) => it.outage({ regoin: 'us-east-1' } as never), "match has no 'regoin'."],
  ['an answer to nothing', (it) => it.when({ model: modelId } as never), "match has no 'model'."],
  ['a refusal of no length', (it) => it.refuseConnections({ ms: Number.NaN }), 'refusal.ms has to be a number from 0'],
])('refuses %s, which would pass in silence', async (_, disturb, problem) => {
  const emulator = await start({ respond: () => 'Granite.' });
  await expect(async () => disturb(emulator)).rejects.toThrow(problem);
  expect(await ask(emulator)).toBe('Granite.');
});

test('credentials expire after their time, and new ones are good', async () => {
  let time = 0;
  const emulator = await start({ now: () => time, credentialsLifetimeMs: 1_000 });
  expect(await post(emulator, 'us-east-1', 'AKIDOLD')).toEqual([200, null]);
  time = 1_000;
  expect(await post(emulator, 'us-east-1', 'AKIDOLD')).toEqual([403, 'ExpiredTokenException']);
  expect(await post(emulator, 'us-east-1', 'AKIDNEW')).toEqual([200, null]);
});

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

function connect(emulator: Emulator, region = 'us-east-1') {
  return emulator.connect({ model: 'Nova Lite', id: modelId, region, route: 'in_region' });
}

/** What it said, or the code of its error. */
async function ask(emulator: Emulator, region?: string): Promise<string> {
  return connect(emulator, region)
    .converse(request)
    .then(textOf, ({ code }: ConverseError) => code);
}

async function post(emulator: Emulator, region = 'us-east-1', key = 'AKIDEXAMPLE') {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20261120/${region}/bedrock/aws4_request, SignedHeaders=host`;
  const { status, headers } = await fetch(`${emulator.url}/model/${encodeURIComponent(modelId)}/converse`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify(request),
  });
  return [status, headers.get('x-amzn-errortype')];
}
