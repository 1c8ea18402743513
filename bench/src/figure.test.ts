import { expect, test } from 'vitest';
import { compare, spread } from './figure.ts';

test('clients take turns, each round with another one first', async () => {
  const order: string[] = [];
  const take = async (client: string) => {
    order.push(client);
    return { time: 1 };
  };
  await compare({ clients: ['a', 'b', 'c'], rounds: 4, units: { time: 'ms' }, take });
  expect(order.join('')).toBe('abcbcacababc');
});

test('a ratio is taken to the base in the same round, and what is beyond the floor as well', async () => {
  const times: Record<string, number[]> = { floor: [1, 2, 1], base: [10, 20, 30], other: [5, 40, 30] };
  const { figures, notRun } = await compare({
    clients: Object.keys(times),
    rounds: 3,
    units: { time: 'ms' },
    base: 'base',
    floor: { client: 'floor', beyond: { time: 'time beyond' } },
    take: async (client) => ({ time: times[client]?.shift() ?? 0 }),
  });
  expect(notRun).toEqual([]);
  expect(figures.filter(({ client }) => client === 'other')).toEqual([
    {
      what: 'time',
      unit: 'ms',
      client: 'other',
      median: 30,
      low: 5,
      high: 40,
      ratio: { median: 1, low: 0.5, high: 2 },
    },
    { what: 'time beyond', unit: 'ms', client: 'other', median: 29, low: 4, high: 38 },
  ]);
  expect(figures.filter(({ what, client }) => what === 'time beyond' && client === 'floor')).toEqual([]);
});

test('who fails is left out with the reason, and the others go on', async () => {
  const taken: string[] = [];
  const { figures, notRun } = await compare({
    clients: ['base', 'broken'],
    rounds: 2,
    units: { time: 'ms', size: 'kB' },
    base: 'broken',
    take: async (client) => {
      taken.push(client);
      if (client === 'broken') throw new Error('No such package.');
      return { time: 2, size: 3 };
    },
  });
  expect(taken).toEqual(['base', 'broken', 'base']);
  expect(notRun).toEqual([{ what: 'time, size', client: 'broken', why: 'No such package.' }]);
  expect(figures).toEqual([
    { what: 'time', unit: 'ms', client: 'base', median: 2, low: 2, high: 2 },
    { what: 'size', unit: 'kB', client: 'base', median: 3, low: 3, high: 3 },
  ]);
});

test.each([
  [[3], { median: 3, low: 3, high: 3 }],
  [[4, 1, 2], { median: 2, low: 1, high: 4 }],
  [[4, 1, 2, 10], { median: 3, low: 1, high: 10 }],
])('spread(%j)', (values, found) => {
  expect(spread(values)).toEqual(found);
});
