// Prompts of a file, with a journal: whatever ends the program, started again it goes on where it was.
import { createReadStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BulkItem, openJournal, ParallelLLMManager } from '@outcrop/bedrock';

async function* requestsIn(path: string, most: number): AsyncGenerator<BulkItem> {
  let count = 0;
  for await (const line of createInterface(createReadStream(path))) {
    if (++count > most) return;
    const { id, text } = JSON.parse(line) as { id: string; text: string };
    yield { id, request: { messages: [{ role: 'user', content: [{ text }] }], inferenceConfig: { maxTokens: 100 } } };
  }
}

const models = ['Nova Lite'];
const path = join(mkdtempSync(join(tmpdir(), 'rocks-')), 'answers.journal');

async function answer(most: number): Promise<void> {
  await using manager = new ParallelLLMManager({ models, regions: ['us-east-1', 'us-west-2'] });
  // One that was begun with other models is refused.
  using journal = openJournal(path, { about: { models: models.join() } });
  for await (const outcome of manager.run(requestsIn('files/prompts.jsonl', most), { journal, order: 'input' })) {
    console.log(outcome.id, outcome.type, outcome.restored ? 'from the journal' : 'asked');
  }
}

console.log('As if it had ended after two:');
await answer(2);
console.log('The same again:');
await answer(Number.POSITIVE_INFINITY);

/* prints
As if it had ended after two:
granite ok asked
gneiss ok asked
The same again:
granite ok from the journal
gneiss ok from the journal
basalt ok asked
*/
