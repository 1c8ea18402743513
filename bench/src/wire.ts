// What each client makes of answers that are not as they should be: cut, broken, refused in the middle, or of a kind that
// came yesterday. Not what they cost but whether they are right: see `wire-cases.ts` for what that means in each case, and
// `wire-clients.ts` for how each client is read.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createEmulator } from '@outcrop/emulator';
import { type WireCase, wireCases } from './wire-cases.ts';
import { type Ask, type Outcome, type WireClient, wireClients } from './wire-clients.ts';

/** What each client made of one case: `right`, or what was wrong. */
export type WireRow = { name: string; verdicts: Record<WireClient, string> };

/** What all of them made of all of it. */
export type WireVerdicts = { cases: WireRow[]; right: Record<WireClient, number> };

// An answer that has not come by then never will.
const longestMs = 10_000;

if (import.meta.main) {
  console.log(asTable(await judgeWire()));
  // Some clients keep connections open that nobody can close.
  process.exit();
}

/** Puts every case before every client. Takes some seconds, and is the same on each run. */
export async function judgeWire(): Promise<WireVerdicts> {
  const cases: WireRow[] = [];
  for (const each of wireCases) {
    const verdicts: [string, string][] = [];
    for (const [name, create] of Object.entries(wireClients)) verdicts.push([name, await judge(each, create)]);
    cases.push({ name: each.name, verdicts: Object.fromEntries(verdicts) as WireRow['verdicts'] });
  }
  const counts = names().map((name) => [name, cases.filter(({ verdicts }) => verdicts[name] === 'right').length]);
  return { cases, right: Object.fromEntries(counts) };
}

function asTable({ cases, right }: WireVerdicts): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...names()]),
    `|---${'|---'.repeat(names().length)}|`,
    ...cases.map(({ name, verdicts }) => line([name, ...names().map((client) => verdicts[client])])),
    line([`**right, of ${cases.length}**`, ...names().map((client) => `**${right[client]}**`)]),
  ].join('\n');
}

function names(): WireClient[] {
  return Object.keys(wireClients) as WireClient[];
}

async function judge({ answer, whole, right }: WireCase, create: (endpoint: string) => Ask): Promise<string> {
  await using service = await serve(answer);
  const { stream, call } = create(service.url);
  const late = setTimeout(longestMs, 'late' as const, { ref: false });
  const outcome = await Promise.race([(whole ? call() : stream()).catch(failure), late]);
  if (outcome === 'late') return 'hangs';
  if ('failed' in outcome) {
    const { error } = right;
    if (error === undefined) return 'an error';
    return error.test(outcome.failed) ? 'right' : 'another error';
  }
  return 'text' in right ? compare(outcome, right) : outcome.calls.length > 0 ? 'no error, and a call' : 'no error';
}

function compare(
  outcome: Outcome,
  { text, calls = [], keeps = [] }: Extract<WireCase['right'], { text: string }>,
): string {
  if (outcome.calls.join() !== calls.join()) {
    return outcome.calls.length > calls.length ? 'a call that may be run' : 'calls lost';
  }
  if (outcome.text !== text) return 'another text';
  return keeps.every((kept) => kept.test(outcome.all)) ? 'right' : 'something lost';
}

/** All that an error and its causes say of themselves that a handler could look at. */
function failure(error: unknown): { failed: string } {
  const seen = new Set<unknown>();
  const failed = JSON.stringify(error, function (this: Record<string, unknown>, key, shown) {
    const held = key === '' ? error : this[key];
    if (!(held instanceof Error)) return shown;
    if (seen.has(held)) return undefined;
    seen.add(held);
    const { name, message, cause } = held;
    return { ...held, name, message, cause };
  });
  return { failed };
}

async function serve(answer: WireCase['answer']): Promise<{ url: string } & AsyncDisposable> {
  if (typeof answer !== 'object' || !('body' in answer)) {
    const emulator = await createEmulator();
    emulator.when().always(answer);
    return emulator;
  }
  const server = createServer((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
