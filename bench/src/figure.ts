/** The middle of what several rounds gave, with the least and the most of them. */
export type Spread = { median: number; low: number; high: number };

/** One measured thing of one client. */
export type Figure = Spread & {
  /** What was measured: the same for all clients that stand side by side. */
  what: string;
  unit: string;
  client: string;
  /** Divided by what the base of the comparison took in the same round. */
  ratio?: Spread | undefined;
};

/** A client that could not be measured. */
export type NotRun = { what: string; client: string; why: string };

/** What one part of the bench found. */
export type Measured = { figures: Figure[]; notRun: NotRun[] };

export type Comparison = {
  clients: readonly string[];
  rounds: number;
  /** What is measured, and in which unit. `take` gives these and no others. */
  units: Readonly<Record<string, string>>;
  /** The client that ratios are taken to. */
  base?: string | undefined;
  /** The client that takes no more than has to be: what others take beyond it is measured too. */
  floor?: { client: string; beyond: Readonly<Record<string, string>> } | undefined;
  /** Measures one client once, best in a process of its own. */
  take: (client: string) => Promise<Record<string, number>>;
};

/**
 * Measures clients in turn, round after round, each round with another one first, so that whatever the machine does
 * meanwhile meets all of them. Who fails is left out from then on, and the others go on.
 */
export async function compare({ clients, rounds, units, base, floor, take }: Comparison): Promise<Measured> {
  const taken = new Map<string, Record<string, number>[]>(clients.map((client) => [client, []]));
  const notRun: NotRun[] = [];
  for (let round = 0; round < rounds; round++) {
    const names = [...taken.keys()];
    const first = round % Math.max(names.length, 1);
    for (const client of [...names.slice(first), ...names.slice(0, first)]) {
      try {
        taken.get(client)?.push(await take(client));
      } catch (error) {
        taken.delete(client);
        notRun.push({ what: Object.keys(units).join(', '), client, why: (error as Error).message });
      }
    }
  }
  const valuesOf = (client: string | undefined, what: string) =>
    taken.get(client ?? '')?.map((value) => value[what] ?? 0);
  const figures = Object.entries(units).flatMap(([what, unit]) =>
    [...taken.keys()].map((client): Figure => {
      const values = valuesOf(client, what) ?? [];
      const bases = valuesOf(base, what);
      const ratio = bases && spread(values.map((value, round) => value / (bases[round] as number)));
      return { what, unit, client, ...spread(values), ratio };
    }),
  );
  const beyond = Object.entries(floor?.beyond ?? {}).flatMap(([what, name]) =>
    [...taken.keys()].flatMap((client): Figure[] => {
      const floors = valuesOf(floor?.client, what);
      if (!floors || client === floor?.client) return [];
      const values = valuesOf(client, what)?.map((value, round) => value - (floors[round] as number)) ?? [];
      return [{ what: name, unit: units[what] ?? '', client, ...spread(values) }];
    }),
  );
  return { figures: [...figures, ...beyond], notRun };
}

/** The median, the least and the most. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, low: at(0), high: at(sorted.length - 1) };
}
