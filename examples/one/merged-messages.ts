// Bedrock wants turns that alternate. Two of one role are merged, and the reply says so.
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Nova Lite'], regions: ['us-east-1'] });
const reply = await manager.converse({
  messages: [
    await createUserMessage().addText('Hello').build(),
    await createUserMessage().addText('How are you?').build(),
  ],
  inferenceConfig: { maxTokens: 200 },
});

console.log(textOf(reply));
console.log(reply.warnings?.map(({ code, path }) => `${code} ${path}`).join('\n'));

/* prints
You said: "Hello". You said: "How are you?".
same_role messages[1]
*/
