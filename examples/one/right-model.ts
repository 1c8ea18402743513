// A quick model for a simple task, a capable one for the other: views of one manager, which share what it has learned.
import { createUserMessage, LLMManager } from '@outcrop/bedrock';

await using manager = new LLMManager({ models: ['Nova Micro'], regions: ['us-east-1'] });
const message = await createUserMessage().addText('Yes or no: is 2 + 2 = 4?').build();
const request = { messages: [message], inferenceConfig: { maxTokens: 10, temperature: 0 } };

const quick = await manager.converse(request);
const capable = await manager.using({ models: ['Claude Sonnet 4.5'] }).converse(request);

console.log(quick.servedBy?.model, capable.servedBy?.model, manager.stats().calls.replied);

/* prints
Nova Micro Claude Sonnet 4.5 2
*/
