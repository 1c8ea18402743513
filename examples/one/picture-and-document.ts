// A picture and a document in one message. Formats are found by their bytes and their names.
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });
const message = await createUserMessage()
  .addText('Please analyse this picture and this document:')
  .addLocalImage('files/chart.png')
  .addLocalDocument('files/report.pdf', { name: 'Monthly report' })
  .addText('What insights can you provide?')
  .build();

console.log(textOf(await manager.converse({ messages: [message] })));

/* prints
You said: "Please analyse this picture and this document:". I see a png image of 70 bytes. I have the pdf document "Monthly report" of 69 bytes. You said: "What insights can you provide?".
*/
