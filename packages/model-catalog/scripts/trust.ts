import type { SourceData } from './data.ts';

/** Sorts names of sources: AWS first, then the newer one; what we concluded ourselves comes last. */
export function byTrust(sources: Record<string, SourceData>): (a: string, b: string) => number {
  const rank = (name: string) => {
    const { aws, date } = sources[name] ?? { date: '' };
    return `${name === 'inferred' ? 0 : 1}${aws ? 1 : 0}${date}`;
  };
  return (a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0);
}
