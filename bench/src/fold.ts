// What a streamed event costs, in CPU time: to fold it, and to hand it through a ConverseStream.
import { type ConverseStream, type ConverseStreamEvent, createConverseStream, createFold } from '@outcrop/converse';

const small = 100_000;
const large = 1_000_000;
const runs = 7;

const text: ConverseStreamEvent = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'granite ' } } };
const toolInput: ConverseStreamEvent = {
  contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '"' } } },
};
const ending: ConverseStreamEvent[] = [
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
];

type Work = (events: number) => unknown;

const rows: [name: string, work: Work][] = [
  ['a source alone: read with for await', (events) => readAll(source(text, events))],
  ['fold of text', (events) => fold(text, events)],
  ['fold of tool input', (events) => fold(toolInput, events)],
  ['stream, read with for await', (events) => readAll(createConverseStream(() => source(text, events)))],
  [
    'stream around a stream, read with for await',
    (events) => readAll(around(createConverseStream(() => source(text, events)))),
  ],
  ['stream, its text alone', (events) => readAll(createConverseStream(() => source(text, events)).text)],
  ['stream, its response alone', (events) => createConverseStream(() => source(text, events)).response],
];

console.log('µs of CPU per event, median of %d runs', runs);
const table: Record<string, Record<string, string>> = {};
for (const [name, work] of rows) {
  const few = await cost(work, small);
  const many = await cost(work, large);
  table[name] = {
    [small.toLocaleString('en')]: few.toFixed(3),
    [large.toLocaleString('en')]: many.toFixed(3),
    'growth per event': `× ${(many / few).toFixed(2)}`,
  };
}
console.table(table);

/** The CPU time of one event in microseconds. */
async function cost(work: Work, events: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    await work(events);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / events);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

function fold(event: ConverseStreamEvent, events: number): unknown {
  const fold = createFold();
  for (let index = 0; index < events; index++) fold.add(event);
  for (const last of ending) fold.add(last);
  return fold.response;
}

/** What a fail-over or an agent adds. */
function around(inner: ConverseStream): ConverseStream {
  return createConverseStream(() => inner);
}

async function* source(event: ConverseStreamEvent, events: number): AsyncGenerator<ConverseStreamEvent> {
  for (let index = 0; index < events; index++) yield event;
  yield* ending;
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
