// Credentials by the name of a profile. Others: { credentials }, { role: { arn } }, { apiKey }, or 'auto', the default.
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  auth: { profile: 'field-team' },
});
const message = await createUserMessage().addText('Who calls?').build();

console.log(textOf(await manager.converse({ messages: [message] })));

/* prints
You said: "Who calls?".
*/
