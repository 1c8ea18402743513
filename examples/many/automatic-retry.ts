// What failed is called again by itself: by the manager's attempts within a call, and by the run's rounds beyond that.
import { createUserMessage, ParallelLLMManager } from '@outcrop/bedrock';

await using manager = new ParallelLLMManager({
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  retry: { maxRetries: 0 },
  parallel: { maxConcurrency: 10, retry: { rounds: 3, delayMs: 100 } },
});
const requests = await Promise.all(
  ['one', 'two', 'three'].map(async (text) => ({
    id: text,
    request: { messages: [await createUserMessage().addText(text).build()] },
  })),
);
const result = await manager.converseParallel(requests);

console.log(`${result.successRate * 100} %`, result.okIds.length, result.failedIds.length, result.timedOutIds.length);
console.log(result.retries > 0);
for (const outcome of result.outcomes) if (outcome.type === 'failed') console.error(outcome.id, outcome.tries);

/* prints
100 % 3 0 0
true
*/
