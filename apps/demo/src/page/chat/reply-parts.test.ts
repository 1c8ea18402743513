import { expect, test } from 'vitest';
import { partsOf } from './reply-parts.ts';

test('text and cited text are one part, with a number at each source', () => {
  const [notes, map] = [{ title: 'notes' }, { title: 'map' }];
  const cited = (text: string, ...citations: object[]) => ({ citationsContent: { content: [{ text }], citations } });
  expect(
    partsOf([
      { reasoningContent: { reasoningText: { text: 'Bands.' } } },
      { text: 'It is ' },
      cited('banded', notes),
      { text: ', and ' },
      cited('above the lake', map, notes),
      { toolUse: { toolUseId: 'a', name: 'look_up_rock', input: {} } },
      { text: 'So: gneiss.' },
    ]),
  ).toEqual([
    { type: 'reasoning', text: 'Bands.' },
    { type: 'text', text: 'It is banded¹, and above the lake²³', citations: [notes, map, notes] },
    { type: 'tool', toolUse: { toolUseId: 'a', name: 'look_up_rock', input: {} } },
    { type: 'text', text: 'So: gneiss.', citations: [] },
  ]);
});
