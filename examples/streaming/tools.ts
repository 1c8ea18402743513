// A tool loop as a stream: the text of every turn, the results between them, and the end.
import { createUserMessage, LLMManager, tool } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const weather = tool({
  name: 'get_weather',
  description: 'The weather of a place now.',
  inputSchema: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
  run: ({ location }: { location: string }) => `72 °F and sunny, ${location.length > 0}`,
});
const message = await createUserMessage().addText('Use get_weather for New York.').build();

for await (const event of manager.streamTools({ request: { messages: [message] }, tools: [weather] })) {
  if (event.type === 'event') process.stdout.write(event.event.contentBlockDelta?.delta?.text ?? '');
  if (event.type === 'results') console.log('results:', event.results.length);
  if (event.type === 'end') console.log(`\n${event.run.outcome} after ${event.run.steps.length} steps`);
}

/* prints
results: 1
The tool answered: 72 °F and sunny, true
answered after 2 steps
*/
