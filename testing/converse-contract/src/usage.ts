import { usageOf } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';
import { counted, question } from './scenes.ts';
import type { Subject } from './subject.ts';

export function describeUsage({ arrange, testWith }: Subject): void {
  test('reports the tokens of the call', async () => {
    const usage = usageOf({ inputTokens: 123, outputTokens: 45 });
    const model = await arrange([
      { ...reply('Gneiss.'), usage },
      { ...reply('Gneiss.'), usage },
    ]);
    expect(counted((await model.converse(question())).usage)).toEqual(usage);
    expect(counted((await model.converseStream(question()).response).usage)).toEqual(usage);
  });

  testWith('cache_usage')('reports what was read from and written to the cache', async () => {
    const usage = usageOf({
      inputTokens: 12,
      outputTokens: 5,
      cacheReadInputTokens: 4000,
      cacheWriteInputTokens: 900,
      cacheDetails: [
        { ttl: '1h', inputTokens: 600 },
        { ttl: '5m', inputTokens: 300 },
      ],
    });
    const model = await arrange([
      { ...reply('Gneiss.'), usage },
      { ...reply('Gneiss.'), usage },
    ]);
    expect(counted((await model.converse(question())).usage)).toEqual(usage);
    expect(counted((await model.converseStream(question()).response).usage)).toEqual(usage);
  });

  testWith('missing_usage')('says so when the service reported none', async () => {
    const model = await arrange([eventsOf('Gneiss.').filter((event) => !event.metadata)]);
    const { usage, warnings } = await model.converseStream(question()).response;
    expect(usage).toEqual({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });
    expect(warnings?.map(({ code }) => code)).toContain('usage_missing');
  });
}
