import type { Fact, SourceData } from './data.ts';
import { byTrust } from './trust.ts';

/** What is left of a fact when its sources disagree. */
export type Settled = { value: unknown; source: string; uncertain: boolean };

// Beyond that factor two sources do not speak of the same thing.
const tooFarApart = 2;
// Within that factor they mean the same: 128,000 and 131,072.
const near = 1.05;

/**
 * One value of what the sources say, or none where it would be a guess.
 *
 * AWS's word decides. Then the value that most sources are near to, in the words of the most trusted of them. Then,
 * if they are not far apart, the lowest, marked as uncertain. Else it is dropped.
 */
export function settle(fact: Fact, sources: Record<string, SourceData>): Settled | undefined {
  if ('value' in fact) return { value: fact.value, source: fact.source, uncertain: fact.source === 'inferred' };
  const said = Object.entries(fact.values).sort(([a], [b]) => byTrust(sources)(a, b));
  const [source, value] = said[0] ?? [];
  if (source === undefined) return undefined;
  if (sources[source]?.aws) return { value, source, uncertain: false };
  const numbers = said.filter((each): each is [string, number] => typeof each[1] === 'number');
  if (numbers.length < said.length) return undefined;

  const sizes = numbers.map(([, size]) => numbers.filter(([, other]) => isNear(size, other)).length);
  const most = Math.max(...sizes);
  if (most > numbers.length / 2) {
    const [source, value] = numbers[sizes.indexOf(most)] as [string, number];
    return { value, source, uncertain: most < numbers.length };
  }
  const [lowest, highest] = [...numbers]
    .sort(([, a], [, b]) => a - b)
    .filter((_, at, all) => at % (all.length - 1) === 0);
  if (!lowest || !highest || highest[1] / lowest[1] > tooFarApart) return undefined;
  return { value: lowest[1], source: lowest[0], uncertain: true };
}

function isNear(a: number, b: number): boolean {
  return Math.max(a, b) / Math.min(a, b) <= near;
}
