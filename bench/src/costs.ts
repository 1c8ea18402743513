import { createEmulator } from '@outcrop/emulator';
import { builtClient, runChild } from './child.ts';
import { base, type ClientName } from './clients.ts';
import { compare, type Measured } from './figure.ts';
import { type SceneName, scenes } from './scenes.ts';

/** By the names of `child-cost.ts` and `child-footprint.ts`: what a figure is called, and its unit. */
type Names<K extends string> = Partial<Record<K, readonly [what: string, unit: string]>>;

type Order<K extends string> = {
  clients: readonly ClientName[];
  rounds: number;
  names: Names<K>;
  /** Figures whose part beyond the bare `node:http` is a figure too, by the name of that. */
  beyond?: Readonly<Record<string, string>>;
};

type Cost = 'cpuUs' | 'wallUs' | 'firstTextMs';
type Footprint = 'importMs' | 'importCpuMs' | 'firstAnswerMs' | 'loadedMb' | 'usedMb';

/** What a call or an event takes, once the compiler has seen enough of them. */
export function costs(scene: SceneName, concurrency: number, order: Order<Cost>): Promise<Measured> {
  return inChildren('child-cost', [scene, String(concurrency)], scene, order);
}

/** What it takes to load a client and to answer once, and what it keeps in memory. */
export function footprints(order: Order<Footprint>): Promise<Measured> {
  return inChildren('child-footprint', [], 'call', order);
}

/** Each client in a process of its own, the emulator in this one. */
async function inChildren<K extends string>(
  child: string,
  args: string[],
  scene: SceneName,
  { clients, rounds, names, beyond }: Order<K>,
): Promise<Measured> {
  const figures = Object.entries(names) as [K, readonly [string, string]][];
  // Quotas so large that they are counted, as Bedrock does, and never reached.
  await using emulator = await createEmulator({ quotas: [{ requestsPerMinute: 1e9, tokensPerMinute: 1e12 }] });
  emulator.when().always(scenes[scene].answer);
  return await compare({
    clients,
    rounds,
    base,
    units: Object.fromEntries(figures.map(([, named]) => named)),
    floor: beyond && { client: 'node:http', beyond },
    take: async (client) => {
      const cost = await runChild<Record<K, number>>(child, [builtClient(client as ClientName), ...args, emulator.url]);
      return Object.fromEntries(figures.map(([key, [what]]) => [what, cost[key]]));
    },
  });
}
