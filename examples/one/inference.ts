// How the model speaks: defaults for all calls, and what one call says goes first, key by key.
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  defaultInferenceConfig: { maxTokens: 500, temperature: 0.7 },
});
const message = await createUserMessage().addText('Explain quantum computing').build();
const reply = await manager.converse({
  messages: [message],
  system: [{ text: 'You are a physics teacher. Use simple language and helpful analogies.' }],
  inferenceConfig: { maxTokens: 2, stopSequences: ['Human:'] },
  performanceConfig: { latency: 'optimized' },
});

console.log(textOf(reply), reply.stopReason, reply.usage.outputTokens);

/* prints
You said max_tokens 2
*/
