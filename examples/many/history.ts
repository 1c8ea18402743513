// Every call that was made for a request, with its time, its target and its error.
import { createUserMessage, ParallelLLMManager } from '@outcrop/bedrock';

await using manager = new ParallelLLMManager({
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  retry: { maxRetries: 0 },
  parallel: { retry: { rounds: 2, delayMs: 10 } },
});
const message = await createUserMessage().addText('Which rock is this?').build();
const { outcomes } = await manager.converseParallel([{ id: 'rock', request: { messages: [message] } }]);

for (const { id, tries } of outcomes) {
  for (const { attempt, target, error } of tries) console.log(id, attempt, target?.region, error?.code ?? 'answered');
}

/* prints
rock 1 us-east-1 exhausted
rock 2 us-east-1 answered
*/
