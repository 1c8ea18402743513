// A bulk run as its user would start it, again and again: it is killed from outside.
// bulk-run.ts URL JOURNAL COUNT CONCURRENCY
import { type Converse, ConverseError, type ConverseRequest } from '@outcrop/converse';
import { requestFromJson, responseFromJson } from '@outcrop/converse/json';
import { type BulkItem, runAll } from '@outcrop/parallel';
import { isJournalError, openJournal } from '@outcrop/parallel/node';

const [url = '', path = '', count = '', concurrency = ''] = process.argv.slice(2);

const overHttp: Converse = {
  async converse(request, { signal } = {}) {
    const response = await fetch(`${url}/model/amazon.nova-lite-v1%3A0/converse`, {
      method: 'POST',
      body: JSON.stringify(request),
      signal: signal ?? null,
    });
    if (!response.ok) throw new ConverseError('internal', `The emulator said ${response.status}.`);
    return responseFromJson(await response.json());
  },
  converseStream() {
    throw new Error('A bulk run does not stream.');
  },
};

async function* requests(): AsyncGenerator<BulkItem> {
  for (let number = 1; number <= Number(count); number++) yield { id: `id-${number}`, request: ask(`id-${number}`) };
}

function ask(text: string): ConverseRequest {
  return requestFromJson({ messages: [{ role: 'user', content: [{ text }] }] });
}

try {
  process.stdout.write('opening\n');
  using journal = openJournal(path);
  const run = runAll(overHttp, requests(), { journal, maxConcurrency: Number(concurrency) });
  const ids: string[] = [];
  for await (const outcome of run) ids.push(`${outcome.id} ${outcome.type}`);
  process.stdout.write(`${JSON.stringify(ids)}\n`);
} catch (error) {
  process.stdout.write(`${isJournalError(error) ? error.code : error}\n`);
  process.exitCode = 1;
}
