import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { bundledSnapshot } from '@outcrop/model-catalog';
import { describe, expect, test } from 'vitest';
import { buildSnapshot } from '../scripts/build-snapshot.ts';
import { settle } from '../scripts/settle.ts';
import { snapshotModule } from '../scripts/snapshot-module.ts';

const file = new URL('snapshot-data.ts', import.meta.url);

test('the bundled snapshot is what the data says; if not, run pnpm generate', () => {
  expect(readFileSync(file, 'utf8') === snapshotModule(buildSnapshot())).toBe(true);
  expect(bundledSnapshot()).toEqual(buildSnapshot());
});

test('the loaded form stays below 60 kB', () => {
  expect(brotliCompressSync(readFileSync(file)).length).toBeLessThan(60_000);
});

test('every fact of every model has a source with a date', () => {
  const { models, sources } = bundledSnapshot();
  const unsourced = models.flatMap(({ id, traits, sources: said }) => {
    const paths = Object.values(said).flat();
    return pathsOf(traits).flatMap((path) => (path === 'family' || paths.includes(path) ? [] : [`${id}: ${path}`]));
  });
  expect(unsourced).toEqual([]);
  expect(Object.values(sources).filter(({ date }) => !/^\d{4}-\d\d-\d\d$/.test(date))).toEqual([]);
});

test('every profile keeps to a geography whose regions are known', () => {
  const { models, profilesStayIn, areas } = bundledSnapshot();
  const geographies = new Set(models.flatMap(({ profiles }) => profiles.map(({ geography }) => geography)));
  expect([...geographies].filter((each) => each !== 'global' && !areas[profilesStayIn[each] ?? ''])).toEqual([]);
});

describe('sources that disagree', () => {
  const sources = {
    aws: { what: 'AWS', date: '2026-01-01', aws: true as const },
    newer: { what: 'newer', date: '2026-03-01' },
    older: { what: 'older', date: '2026-02-01' },
    oldest: { what: 'oldest', date: '2026-01-01' },
  };

  test.each([
    ["AWS's word decides, however old", { aws: 1, newer: 2, older: 2 }, { value: 1, source: 'aws', uncertain: false }],
    ['else the majority', { newer: 9, older: 1, oldest: 1 }, { value: 1, source: 'older', uncertain: true }],
    [
      '128,000 and 131,072 are one',
      { newer: 131072, older: 128000 },
      { value: 131072, source: 'newer', uncertain: false },
    ],
    [
      'else the lowest, if they are not far apart',
      { newer: 20, older: 11 },
      { value: 11, source: 'older', uncertain: true },
    ],
    ['else nothing is known', { newer: 4096, older: 65536 }, undefined],
    ['of flags nothing is known', { newer: true, older: false }, undefined],
  ])('%s', (_, values, settled) => {
    expect(settle({ values }, sources)).toEqual(settled);
  });
});

function pathsOf(traits: object): string[] {
  return Object.entries(traits).flatMap(([group, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).map((name) => `${group}.${name}`) : [group],
  );
}
