// The whole loop: tools run side by side, their errors are told to the model, and the results of a turn go in one message.
import { createUserMessage, LLMManager, textOf, tool } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const weather = tool({
  name: 'get_weather',
  description: 'Get current weather for a location',
  input_schema: {
    type: 'object',
    properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['location'],
  },
  run: ({ unit = 'celsius' }: { location: string; unit?: string }) => `22 degrees ${unit}, sunny`,
});
const message = await createUserMessage().addText("What's the weather in NYC? (get_weather)").build();
const { reply, outcome, messages } = await manager.runTools({
  request: { messages: [message] },
  tools: [weather],
  maxSteps: 5,
});

console.log(textOf(reply));
console.log(outcome, messages.map(({ role }) => role).join(' '));

/* prints
The tool answered: 22 degrees celsius, sunny
answered user assistant user assistant
*/
