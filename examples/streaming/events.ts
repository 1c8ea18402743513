// Every event of a stream, in AWS's own shape.
import { createUserMessage, LLMManager } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Nova Lite'], regions: ['us-east-1'] });
const message = await createUserMessage().addText('Tell me a story').build();

for await (const event of manager.converseStream({ messages: [message] })) {
  if (event.messageStart) console.log('begins');
  else if (event.contentBlockStart?.start?.toolUse) console.log('tool', event.contentBlockStart.start.toolUse.name);
  else if (event.contentBlockDelta?.delta?.text) process.stdout.write(event.contentBlockDelta.delta.text);
  else if (event.contentBlockStop) console.log();
  else if (event.messageStop) console.log('stops:', event.messageStop.stopReason);
}

/* prints
begins
You said: "Tell me a story".
stops: end_turn
*/
