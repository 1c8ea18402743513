// What a call and an event cost through each way to Bedrock, at several numbers of calls at once, beside the AWS SDK's own
// client: see `clients.ts` for who is measured, and `costs.ts` for how.
import { buildChildren } from './child.ts';
import { type ClientName, clients } from './clients.ts';
import { costs } from './costs.ts';
import type { SceneName } from './scenes.ts';
import { longTable } from './tables.ts';

const rounds = 3;
const scenes: [scene: SceneName, what: string, concurrencies: number[]][] = [
  ['call', 'a call', [1, 10, 100]],
  ['stream', 'an event', [1, 10, 100]],
  ['document', 'a call with a document of 4.5 MB', [1]],
];

const names = (Object.keys(clients) as ClientName[]).filter((name) => !/^(?:node|LLMManager)/.test(name));

await buildChildren();
for (const [scene, what, concurrencies] of scenes) {
  for (const concurrency of concurrencies) {
    const named = { cpuUs: [`CPU of ${what}, ${concurrency} at once`, 'µs'] } as const;
    console.log(`${longTable(await costs(scene, concurrency, { clients: names, rounds, names: named }))}\n`);
  }
}
process.exit();
