// Text as it comes, and the whole reply behind it.
import { createUserMessage, LLMManager } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Nova Lite'], regions: ['us-east-1', 'us-west-2'] });
const message = await createUserMessage().addText('Tell me a story').build();
const stream = manager.converseStream({ messages: [message], inferenceConfig: { maxTokens: 500 } });

for await (const text of stream.text) process.stdout.write(text);
const { stopReason, servedBy, usage } = await stream.response;
console.log(`\n${stopReason} ${servedBy?.region} ${usage.outputTokens}`);

/* prints
You said: "Tell me a story".
end_turn us-east-1 7
*/
