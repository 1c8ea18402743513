// A conversation goes on with all that was said before.
import { createAssistantMessage, createUserMessage, LLMManager, type Message, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const messages: Message[] = [
  await createUserMessage().addText('My name is Alice.').build(),
  await createAssistantMessage().addText('Nice to meet you, Alice!').build(),
  await createUserMessage().addText('What did I just tell you?').build(),
];
const reply = await manager.converse({ messages });
messages.push(reply.output.message);

console.log(messages.length, textOf(reply));

/* prints
4 You said: "What did I just tell you?".
*/
