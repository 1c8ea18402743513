import { createConverseStream, createFold } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { startDeadlines } from '@outcrop/retry-core';
const events = eventsOf('granite '.repeat(500), { pieceLength: 8 });
const bare = () => createConverseStream(async function* () { yield* events; });
const bareIt = () => { const values = events.values(); const s = { async next() { return values.next(); } }; return createConverseStream(() => ({ [Symbol.asyncIterator]: () => s as never })); };
const ways: Record<string, () => AsyncIterable<unknown>> = {
  fold: () => ({ [Symbol.asyncIterator]: async function* () { const f = createFold(); for (const e of events) f.add(e); } }),
  bare, bareIt,
  twice: () => createConverseStream(() => bare()),
  twiceWatch: () => { const d = startDeadlines({ idleMs: 120000 }); d.stop(); return createConverseStream(() => d.watch(bare()))},
  watch: () => { const d = startDeadlines({ idleMs: 120000 }); d.stop(); return (d.watch(bare()))},
  thenWatch: () => { const d = startDeadlines({ idleMs: 120000 }); d.stop(); return createConverseStream(() => ({ [Symbol.asyncIterator]() { const it = d.watch(bare())[Symbol.asyncIterator](); const f = (r: any) => r; const g = (e: unknown) => { throw e; }; return { next: () => it.next().then(f, g) } } }))},
  gen: () => createConverseStream(async function* () { for await (const e of bare()) yield e; }),
  genWatch: () => { const d = startDeadlines({ idleMs: 120000 }); d.stop(); return createConverseStream(async function* () { for await (const e of d.watch(bare())) yield e; })},
};
for (let r = 0; r < 4; r++) for (const [n, w] of Object.entries(ways)) {
  const t: number[] = [];
  for (let i = 0; i < 7; i++) { const b = process.cpuUsage(); for (let k = 0; k < 40; k++) for await (const _ of w()); const a = process.cpuUsage(b); t.push((a.user + a.system) / 40 / events.length); }
   console.log(n, t.sort((a, b) => a - b).slice(0, 4));
}
