// What the model asks for, to be run by hand. `toolUsesOf` hands out whole calls only.
import { createUserMessage, LLMManager, toolUsesOf } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const inputSchema = {
  json: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};
const toolConfig = {
  tools: [{ toolSpec: { name: 'get_weather', description: 'The weather of a place.', inputSchema } }],
};
const message = await createUserMessage().addText("What's the weather in New York? (get_weather)").build();

const reply = await manager.converse({ messages: [message], toolConfig });
for (const { name, input } of toolUsesOf(reply)) console.log(name, Object.keys(input));

// It has to use this one.
const toolChoice = { tool: { name: 'get_weather' } };
const forced = await manager.converse({
  messages: [await createUserMessage().addText('Hello').build()],
  toolConfig: { ...toolConfig, toolChoice },
});
console.log(forced.stopReason);

/* prints
get_weather [ 'location' ]
tool_use
*/
