// How often, how long and in which order it is tried. Claude may not be used here, so the other model answers.
import { createUserMessage, LLMManager } from '@outcrop/bedrock';

await using manager = new LLMManager({
  models: ['Claude Haiku 4.5', 'Nova Lite'],
  regions: ['us-east-1', 'us-west-2'],
  retry: { maxRetries: 5, retryDelayMs: 2_000, backoffMultiplier: 1.5, retryStrategy: 'model_first' },
  deadlines: { connectMs: 5_000, totalMs: 60_000 },
});
const message = await createUserMessage().addText('Hello').build();
const { attempts = [] } = await manager.converse({ messages: [message] });

for (const { target, error } of attempts) console.log(target.model, target.region, error?.code ?? 'answered');

/* prints
Claude Haiku 4.5 us-east-1 access_denied
Nova Lite us-east-1 answered
*/
