// A page that builds a message, and a server that streams the reply to it.
import { LLMManager } from '@outcrop/bedrock';
import { messagesFromJson } from '@outcrop/converse/json';
import { fromSse, toSse } from '@outcrop/converse/sse';
import { createUserMessage } from '@outcrop/message-builder';
import { toJson } from '@outcrop/message-builder/json';

await using manager = new LLMManager({ models: ['Claude Haiku 4.5', 'Nova Lite'], regions: ['us-east-1'] });

// The server. With Hono: app.post('/chat', (context) => chat(context.req.raw))
async function chat(request: Request): Promise<Response> {
  const messages = messagesFromJson(await request.text(), { maxBytes: 25_000_000 });
  return toSse(manager.converseStream({ messages }, { signal: request.signal }));
}

// The page: what is chosen, dropped or pasted is a File, and fetch('/chat') is in the place of chat.
const table = new File(['quartz,mica\n61,12\n'], 'minerals.csv');
const message = await createUserMessage().addText('What does it say?').addFile(table).build();
const body = JSON.stringify(toJson([message]));
const stream = fromSse(await chat(new Request('http://localhost/chat', { method: 'POST', body })));

for await (const text of stream.text) process.stdout.write(text);
const { servedBy } = await stream.response;
console.log(`\n${servedBy?.model}`);

/* prints
You said: "What does it say?". I have the csv document "minerals" of 18 bytes.
Claude Haiku 4.5
*/
