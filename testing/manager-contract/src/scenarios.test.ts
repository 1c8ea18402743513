import { type Converse, ConverseError, textOf } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, reply, toolCall, wait } from '@outcrop/converse/testing';
import { bedrockError, fault, throttle } from '@outcrop/emulator';
import { expect, test } from 'vitest';
import { endOf, openScene, request, tries } from './scene.ts';

const lite = 'amazon.nova-lite-v1:0';
const micro = 'amazon.nova-micro-v1:0';

test('the outage of a region goes unnoticed, and its end is found', async () => {
  const { manager, emulator, clock } = await openScene({ models: ['Nova Lite'] });
  const outage = emulator.when({ region: 'us-east-1' }).always(bedrockError('ServiceUnavailableException'));
  for (let call = 0; call < 30; call++) {
    expect((await clock.run(manager.converse(request))).servedBy?.region).toBe('us-west-2');
    await clock.advance(1_000);
  }
  const during = emulator.requests.filter(({ region }) => region === 'us-east-1').length;
  // The breakers of its two routes keep most calls away from it.
  expect(during).toBeLessThan(25);
  outage.end();
  await clock.advance(60_000);
  expect((await clock.run(manager.converse(request))).servedBy?.region).toBe('us-east-1');
  expect(clock.pending).toBe(0);
});

test('a throttle is answered by another target at once', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when({ region: 'us-east-1', modelId: lite }).reply(throttle());
  const reply = await clock.run(manager.converse(request));
  expect(tries(reply)).toEqual([`${lite} us-east-1 throttled`, `${lite} us-west-2`]);
  expect(clock.now()).toBe(0);
});

test('a storm of throttles costs time and no tries', async () => {
  const { manager, emulator, clock } = await openScene({
    models: [`eu.${lite}`],
    regions: ['eu-west-1'],
    retry: { maxAttempts: 1 },
  });
  emulator.when().reply(...Array.from({ length: 6 }, () => throttle('tokens')));
  const reply = await clock.run(manager.converse(request));
  expect(reply.attempts?.map(({ error }) => error?.code)).toEqual([...Array(6).fill('throttled'), undefined]);
  expect(clock.now()).toBeGreaterThan(1_000);
});

test('a quota of the day is left alone until it may be full again, by other calls too', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite] });
  const quota = emulator.when({ region: 'us-east-1', modelId: lite }).always(throttle('tokens_per_day'));
  expect(tries(await clock.run(manager.converse(request)))[0]).toBe(`${lite} us-east-1 quota_exhausted`);
  for (let call = 0; call < 20; call++) {
    await clock.advance(60_000);
    expect((await clock.run(manager.converse(request))).attempts).toHaveLength(1);
  }
  quota.end();
  await clock.advance(3_600_000);
  expect((await clock.run(manager.converse(request))).servedBy).toMatchObject({ id: lite, region: 'us-east-1' });
});

test('a call that could only wait for tomorrow ends at once, and says so', async () => {
  const { manager, emulator, clock } = await openScene({
    models: ['eu.amazon.nova-lite-v1:0'],
    regions: ['eu-west-1'],
  });
  emulator.when().always(throttle('tokens_per_day'));
  const { code, tries, message } = await clock.run(endOf(manager.converse(request)));
  expect([code, tries]).toEqual(['exhausted', ['eu.amazon.nova-lite-v1:0 eu-west-1 quota_exhausted']]);
  expect(message).toContain('ask AWS for more tokens per day');
  expect(clock.now()).toBe(0);
});

test.each(['converse', 'converseStream'] as const)('a hung %s leaves time for others', async (method) => {
  const { manager, emulator, clock } = await openScene({ deadlines: { totalMs: 60_000 } });
  emulator.when({ region: 'us-east-1' }).always(fault('hang'));
  const asked = manager[method](request);
  const reply = await clock.run('response' in asked ? asked.response : asked);
  expect(tries(reply)).toEqual([`${lite} us-east-1 timeout`, `${lite} us-west-2`]);
  expect(clock.now()).toBe(30_000);
  expect(clock.pending).toBe(0);
});

test.each(['converse', 'converseStream'] as const)('nothing waits past the deadline: %s', async (method) => {
  const { manager, emulator, clock } = await openScene({ deadlines: { totalMs: 20_000 } });
  emulator.when().always(fault('hang'));
  const asked = manager[method](request);
  const { code } = await clock.run(endOf('response' in asked ? asked.response : asked));
  expect(code).toBe('timeout');
  expect(clock.now()).toBe(20_000);
  expect(clock.pending).toBe(0);
});

test('a call that nobody answers is over after five minutes, if nothing else is said', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when().always(fault('hang'));
  const { code } = await clock.run(endOf(manager.converse(request)));
  expect([code, clock.now(), clock.pending]).toEqual(['timeout', 300_000, 0]);
});

test.each([
  ['is waited for', 200_000, 'reply', 200_000],
  ['is found out where it hangs', 290_000, 'timeout', 240_000],
])('a model that is silent while it writes the input of a tool %s', async (_, silenceMs, end, endsAt) => {
  const events = eventsOf(reply(toolCall('write_file', { text: 'Granite.' })));
  const from = events.findIndex(({ contentBlockStart }) => contentBlockStart) + 1;
  const script = [[...events.slice(0, from), wait(silenceMs), ...events.slice(from)]];
  const { manager, clock } = await openScene({
    models: [lite],
    regions: ['us-east-1'],
    routePreference: ['in_region'],
    residency: ['us-east-1'],
    deadlines: { idleMs: 24_000 },
    connect: (): Converse => createScriptedConverse(script, { delay: (...wait) => clock.delay(...wait) }),
  });
  const tools = [{ toolSpec: { name: 'write_file', inputSchema: { json: { type: 'object' } } } }];
  const { response } = manager.converseStream({ ...request, toolConfig: { tools } });
  expect([(await clock.run(endOf(response))).code, clock.now(), clock.pending]).toEqual([end, endsAt, 0]);
});

test('a deadline for the first event ends the try, and not the call', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when({ region: 'us-east-1' }).always([fault('hang')]);
  const stream = manager.converseStream(request, { deadlines: { firstEventMs: 2_000 } });
  expect(tries(await clock.run(stream.response))).toEqual([`${lite} us-east-1 timeout`, `${lite} us-west-2`]);
  expect(clock.now()).toBe(2_000);
});

const begun = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

test.each([
  ['reset', 'connection'],
  ['half_frame', 'connection'],
  ['hang', 'timeout'],
] as const)('a stream that breaks by %s after its first event breaks for its reader', async (cut, code) => {
  const { manager, emulator, clock } = await openScene({ deadlines: { idleMs: 5_000 } });
  emulator.when().reply([...begun, fault(cut)]);
  const error = await clock.run(manager.converseStream(request).response.catch((error: ConverseError) => error));
  expect(error).toMatchObject({ code, attempts: [{ error: { code } }] });
  expect(error instanceof Error && error.partial && textOf(error.partial)).toBe('Half an answ');
  expect(emulator.requests).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('a stream that breaks right after its beginning has told nobody anything, so another target answers', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when().reply([...begun.slice(0, 1), bedrockError('ModelStreamErrorException')]);
  const stream = manager.converseStream(request);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of stream) seen.push(Object.keys(event)[0] as string);
    return stream.response;
  })();
  expect(tries(await clock.run(reading))).toEqual([`${lite} us-east-1 model_error`, `${lite} us-west-2`]);
  expect(seen.filter((kind) => kind === 'messageStart')).toHaveLength(1);
});

test('a stream may be started anew after its first event, if its reader wants that, and is told so', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when().reply(begun, 'Gneiss.');
  const stream = manager.converseStream(request, { onInterruption: 'restart' });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of stream) seen.push(Object.keys(event)[0] as string);
    return stream.response;
  })();
  const reply = await clock.run(reading);
  expect(seen.filter((kind) => kind === 'messageStart')).toHaveLength(2);
  expect(textOf(reply)).toBe('Gneiss.');
  expect(tries(reply)).toEqual([`${lite} us-east-1 stream_truncated`, `${lite} us-west-2`]);
  expect(reply.warnings?.map((warning) => warning.code)).toEqual(['stream_restarted']);
});

test('a model that is reached by a profile only is, at once, and from then on', async () => {
  const { manager, emulator, clock } = await openScene({ models: ['Nova Lite'] });
  emulator.when({ modelId: lite }).always(
    new ConverseError('needs_profile', "Invocation of model ID with on-demand throughput isn't supported.", {
      status: 400,
    }),
  );
  expect(tries(await clock.run(manager.converse(request)))).toEqual([
    `${lite} us-east-1 needs_profile`,
    `us.${lite} us-east-1`,
  ]);
  await clock.advance(10_000);
  expect(tries(await clock.run(manager.converse(request)))).toHaveLength(1);
  expect(clock.now()).toBe(10_000);
});

test('who denies access is left alone for a while, unless nobody else is left', async () => {
  const { manager, emulator, clock } = await openScene({ routePreference: ['in_region'], models: [lite] });
  const denial = emulator.when({ region: 'us-east-1' }).always(bedrockError('AccessDeniedException'));
  const [first] = tries(await clock.run(manager.converse(request)));
  expect(first).toBe(`${lite} us-east-1 access_denied`);
  await clock.advance(60_000);
  expect(tries(await clock.run(manager.converse(request)))).toEqual([`${lite} us-west-2`]);

  denial.end();
  const alone = manager.using({ regions: ['us-east-1'] });
  expect(tries(await clock.run(alone.converse(request)))).toHaveLength(1);
  await clock.advance(300_000);
  expect(tries(await clock.run(manager.converse(request)))).toEqual([`${lite} us-east-1`]);
});

test.each(Array.from({ length: 8 }, (_, healthy) => [healthy]))(
  'with 1 of 8 targets healthy the answer comes: number %i',
  async (healthy) => {
    const { manager, emulator, clock } = await openScene();
    const targets = await manager.validate();
    expect(targets.length).toBeGreaterThanOrEqual(7);
    const well = targets[healthy % targets.length];
    emulator
      .when(({ modelId, region }) => modelId !== well?.id || region !== well.region)
      .always(bedrockError('InternalServerException'));
    const reply = await clock.run(manager.converse(request));
    expect(reply.servedBy).toMatchObject({ id: well?.id, region: well?.region });
    const stream = manager.converseStream(request);
    expect((await clock.run(stream.response)).servedBy).toMatchObject({ id: well?.id, region: well?.region });
    expect(clock.pending).toBe(0);
  },
);

test('when all fail it says who was asked, what they said and what to do, in at most ten lines', async () => {
  const { manager, emulator, clock } = await openScene({ retry: { maxRetries: 1 } });
  emulator.when({ region: 'us-east-1' }).always(bedrockError('InternalServerException'));
  emulator.when({ region: 'us-west-2' }).always(bedrockError('ServiceUnavailableException'));
  const error = await clock.run(manager.converse(request).catch((error: ConverseError) => error));
  expect(error).toMatchObject({
    code: 'exhausted',
    models: ['Nova Lite', 'Nova Micro'],
    regions: ['us-east-1', 'us-west-2'],
  });
  const { message } = error as ConverseError;
  expect(message.split('\n').length).toBeLessThanOrEqual(10);
  expect(message).toContain('2 × Nova Lite in us-east-1 (in_region): internal: The system encountered');
  expect(message).toContain(`name more regions and models`);
  expect(emulator.requests.every(({ modelId }) => modelId.endsWith(lite) || modelId.endsWith(micro))).toBe(true);
});

test('the default retries: three of each target, from about a second on, doubled, with jitter', async () => {
  const { manager, emulator, clock } = await openScene({
    models: [`eu.${lite}`],
    regions: ['eu-west-1'],
  });
  emulator.when().always(bedrockError('InternalServerException'));
  const error = await clock.run(manager.converse(request).catch((error: ConverseError) => error));
  const waits = (error as ConverseError).attempts.map(({ waitedMs = 0 }) => waitedMs / 1_000);
  expect(waits.map((seconds) => 2 ** Math.ceil(Math.log2(seconds)))).toEqual([0, 1, 2, 4]);
});

test('an outage of everything does not multiply calls: all retries come out of one budget', async () => {
  const { manager, emulator, clock } = await openScene({ models: [`eu.${lite}`], regions: ['eu-west-1'] });
  emulator.when().always(bedrockError('InternalServerException'));
  for (let call = 0; call < 40; call++) {
    expect((await clock.run(endOf(manager.converse(request)))).code).toBe('exhausted');
  }
  expect(emulator.requests.length).toBeLessThanOrEqual(40 + 50);
  expect(clock.pending).toBe(0);
});
