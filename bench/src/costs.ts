import { createEmulator } from '@outcrop/emulator';
import { builtClient, runChild } from './child.ts';
import { base, type ClientName } from './clients.ts';
import { type Comparison, compare, type Measured } from './figure.ts';
import { type SceneName, scenes } from './scenes.ts';

type Cost = { cpuUs: number; wallUs: number; firstTextMs: number };

const quotas = [{ requestsPerMinute: 1e9, tokensPerMinute: 1e12 }];

/** What `names` take for a scene: each in a process of its own, the emulator in this one. */
export async function costs(
  scene: SceneName,
  names: readonly ClientName[],
  {
    rounds,
    concurrency = 1,
    units,
    figures,
  }: {
    rounds: number;
    concurrency?: number;
    units: Comparison['units'];
    /** What of a cost is shown, by the names of `units`. */
    figures: (cost: Cost) => Record<string, number>;
  },
): Promise<Measured> {
  await using emulator = await createEmulator({ quotas });
  emulator.when().always(scenes[scene].answer);
  return await compare({
    clients: names,
    rounds,
    units,
    base,
    take: async (name) => {
      const args = [builtClient(name as ClientName), scene, String(concurrency), emulator.url];
      return figures(await runChild<Cost>('child-cost', args));
    },
  });
}
