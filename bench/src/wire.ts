// What each client makes of answers that are not as they should be: cut, broken, refused in the middle, or of a kind that
// came yesterday. Not what they cost but whether they are right: see `wire-cases.ts` for what that means in each case, and
// `wire-clients.ts` for how each client is read.
import { once } from 'node:events';
import { createServer as createHttp1Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createEmulator } from '@outcrop/emulator';
import { type Measured, spread } from './figure.ts';
import { table } from './tables.ts';
import { type WireCase, type WireKind, wireCases } from './wire-cases.ts';
import { type Ask, type Outcome, type WireClient, wireClients } from './wire-clients.ts';

/** What each client made of one case: `right`, or what was wrong. */
export type WireRow = { kind: WireKind; name: string; verdicts: Record<WireClient, string> };

/** What all of them made of all of it. */
export type WireVerdicts = { cases: WireRow[]; right: WireCount[] };

/** How many of a kind each client got right; the last one is all of them together. */
export type WireCount = { kind: WireKind | 'all'; of: number; clients: Record<WireClient, number> };

// An answer that has not come by then never will.
const longestMs = 10_000;
const names = Object.keys(wireClients) as WireClient[];
const kinds = Object.keys(wireCases) as WireKind[];

if (import.meta.main) {
  const { cases, right } = await judgeWire();
  const judged = cases.map(({ name, verdicts }) => [name, ...names.map((client) => verdicts[client])]);
  const counted = right.map(({ kind, of, clients }) => [
    `${kind}, of ${of}`,
    ...names.map((client) => String(clients[client])),
  ]);
  console.log(`${table(['', ...names], judged)}\n\n${table(['', ...names], counted)}`);
  // Some clients keep connections open that nobody can close.
  process.exit();
}

/** How many cases each client got right, kind by kind. */
export async function wire(): Promise<Measured> {
  const { right } = await judgeWire();
  const figures = right.flatMap(({ kind, of, clients }) =>
    names.map((client) => {
      const what = kind === 'all' ? 'wire cases right' : `wire cases right: ${kind}`;
      return { what, unit: `of ${of}`, client, ...spread([clients[client]]) };
    }),
  );
  return { figures, notRun: [] };
}

/** Puts every case before every client. Takes half a minute, and says the same on each run. */
export async function judgeWire(): Promise<WireVerdicts> {
  const cases: WireRow[] = [];
  for (const kind of kinds) {
    for (const each of wireCases[kind] as readonly WireCase[]) {
      const verdicts = await eachClient((name) => judge(each, wireClients[name]));
      cases.push({ kind, name: each.name, verdicts });
    }
  }
  const right = await Promise.all(
    [...kinds, 'all' as const].map(async (kind) => {
      const meant = cases.filter((each) => kind === 'all' || each.kind === kind);
      const clients = await eachClient((name) => meant.filter(({ verdicts }) => verdicts[name] === 'right').length);
      return { kind, of: meant.length, clients };
    }),
  );
  return { cases, right };
}

async function eachClient<T>(of: (name: WireClient) => T | Promise<T>): Promise<Record<WireClient, T>> {
  const found: [WireClient, T][] = [];
  for (const name of names) found.push([name, await of(name)]);
  return Object.fromEntries(found) as Record<WireClient, T>;
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
    const more = outcome.calls.length - calls.length;
    return more > 0 ? 'a call that may be run' : more < 0 ? 'calls lost' : 'another call';
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
  // By HTTP/1.1 and by HTTP/2, as the service speaks both and the AWS SDK prefers the latter.
  const respond = (_: unknown, response: ServerResponse | Http2ServerResponse) => {
    (response as ServerResponse).writeHead(answer.status, answer.headers).end(answer.body);
  };
  const [http1, http2] = [createHttp1Server(respond), createHttp2Server(respond)];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('readable', () => {
      const first: Buffer = socket.read();
      socket.unshift(first);
      (first.subarray(0, 3).toString() === 'PRI' ? http2 : http1).emit('connection', socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
