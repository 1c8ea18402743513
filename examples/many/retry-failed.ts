// What failed, run again in stages: everything, by kind of error, or by id. What the filter leaves out stays as it was.
import { createUserMessage, type Outcome, ParallelLLMManager } from '@outcrop/bedrock';

await using manager = new ParallelLLMManager({
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  retry: { maxRetries: 0 },
  parallel: { retry: { rounds: 0 } },
});
const ids = ['critical-1', 'critical-2', 'other-1', 'other-2'];
const requests = await Promise.all(
  ids.map(async (id) => ({ id, request: { messages: [await createUserMessage().addText(id).build()] } })),
);
const codesOf = (outcome: Outcome) =>
  outcome.type === 'failed' ? outcome.error.attempts.map(({ error }) => error?.code) : [];

let result = await manager.converseParallel(requests);
console.log('first:', result.successRate, result.failedIds);

result = await manager.retryFailedRequests(result, { filter: ({ id }) => id.startsWith('critical-') });
console.log('critical ones:', result.successRate, result.failedIds);

result = await manager.retryFailedRequests(result, { filter: (outcome) => codesOf(outcome).includes('unavailable') });
console.log('where the service was away:', result.successRate, result.failedIds);

/* prints
first: 0.25 [ 'critical-1', 'critical-2', 'other-1' ]
critical ones: 0.75 [ 'other-1' ]
where the service was away: 1 []
*/
