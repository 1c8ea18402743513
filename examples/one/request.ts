// One request: the first region that can answer does.
import { createUserMessage, isConverseError, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({
  models: ['Claude Haiku 4.5', 'Nova Lite'],
  regions: ['us-east-1', 'us-west-2'],
  logger: console,
  logLevel: 'info',
});
const message = await createUserMessage().addText('Hello, how are you?').build();

try {
  const reply = await manager.converse({ messages: [message], inferenceConfig: { maxTokens: 200 } });
  console.log(textOf(reply));
  console.log(reply.servedBy?.model, reply.servedBy?.region, reply.usage.totalTokens, reply.attempts?.length);
} catch (error) {
  // Instead of `success: false`: what failed, and everything that was tried.
  if (isConverseError(error)) console.log(error.code, error.message, error.attempts.length);
}

/* prints
You said: "Hello, how are you?".
Claude Haiku 4.5 us-east-1 13 1
*/
