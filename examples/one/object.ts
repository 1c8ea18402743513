// An object that fits a schema, whatever the model can do for that by itself.
import { createUserMessage, LLMManager } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const message = await createUserMessage().addText('Which rock is this?').build();
const { object } = await manager.object<{ rock: string; hardness: number }>(
  {
    type: 'object',
    properties: { rock: { type: 'string' }, hardness: { type: 'number' } },
    required: ['rock', 'hardness'],
    additionalProperties: false,
  },
  { messages: [message] },
);

console.log(typeof object.rock, typeof object.hardness);

/* prints
string number
*/
