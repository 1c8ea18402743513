// Many requests at once: each has one outcome.
import { createUserMessage, ParallelLLMManager, textOf } from '@outcrop/bedrock';

await using manager = new ParallelLLMManager({
  models: ['Claude Haiku 4.5', 'Nova Lite'],
  regions: ['us-east-1', 'us-west-2', 'us-east-2'],
  parallel: { regionsPerRequest: 2 },
});
const requests = [
  { id: 'req-1', request: { messages: [await createUserMessage().addText('What is AI?').build()] } },
  { id: 'req-2', request: { messages: [await createUserMessage().addText('Explain machine learning').build()] } },
];
const result = await manager.converseParallel(requests);

console.log(`${result.successRate * 100} %`);
for (const outcome of result.outcomes) {
  if (outcome.type === 'ok') console.log(outcome.id, textOf(outcome.reply));
  else if (outcome.type === 'failed') console.log(outcome.id, outcome.error.message);
}

/* prints
100 %
req-1 You said: "What is AI?".
req-2 You said: "Explain machine learning".
*/
