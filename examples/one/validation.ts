// A reply that will not do is asked for again: a new call, not the same reply once more.
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Nova Lite'], regions: ['us-east-1'], validation: { retries: 3 } });
const message = await createUserMessage().addText('Tell me about safety').build();
const reply = await manager.converse(
  { messages: [message] },
  {
    validate: (reply) =>
      /\b(violence|illegal|harmful)\b/i.test(textOf(reply)) ? { reason: 'It holds a word that it must not.' } : 'ok',
  },
);

console.log(textOf(reply));
for (const { error } of reply.attempts ?? []) console.log(error?.code ?? 'ok');

/* prints
Wear a helmet.
reply_rejected
ok
*/
