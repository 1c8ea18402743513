import { type ContentBlock, type ConverseStreamEvent, toolUsesOf } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { expect } from 'vitest';
import { question, said } from './scenes.ts';
import type { Subject } from './subject.ts';

const weather = toolCall('weather', { city: 'Tromsø 🌨', days: [1, 2], deep: { '"': '\\\n' } });
const time = toolCall('time', { zone: 'Europe/Oslo' });

export function describeTools({ arrange, testWith }: Subject): void {
  const test = testWith('tools');

  test.each<[string, ContentBlock[]]>([
    ['one tool', [weather]],
    ['a tool after some text', [{ text: 'Let me look.' }, weather]],
    ['two tools at once', [weather, time]],
    ['one tool twice', [toolCall('weather', { city: 'Oslo' }, 'a'), toolCall('weather', { city: 'Bergen' }, 'b')]],
    ['a tool without input', [toolCall('weather')]],
  ])('asks for %s, with and without streaming', async (_, blocks) => {
    const asked = reply(...blocks);
    const model = await arrange([asked, asked]);
    const whole = await model.converse(question());
    expect(said(whole)).toEqual(said(asked));
    expect(said(await model.converseStream(question()).response)).toEqual(said(whole));
    expect(toolUsesOf(whole)).toEqual(blocks.flatMap(({ toolUse }) => toolUse ?? []));
  });

  test('puts input together that comes one character at a time', async () => {
    const model = await arrange([eventsOf(reply(weather, time), { pieceLength: 1 })]);
    const { output } = await model.converseStream(question()).response;
    expect(output.message.content).toEqual([weather, time]);
  });

  testWith('interleaved_blocks')(
    'keeps blocks apart, and in order, whose events come interleaved and last block first',
    async () => {
      const [start, ...rest] = eventsOf(reply('Let me look.', weather, time), { pieceLength: 3 });
      const ending = rest.splice(-2);
      const model = await arrange([[start as ConverseStreamEvent, ...interleaved(rest), ...ending]]);
      const { output } = await model.converseStream(question()).response;
      expect(output.message.content).toEqual([{ text: 'Let me look.' }, weather, time]);
    },
  );

  testWith('missing_bounds')('does without the stops of blocks', async () => {
    const events = eventsOf(reply('Let me look.', weather)).filter((event) => !event.contentBlockStop);
    const model = await arrange([events]);
    const folded = await model.converseStream(question()).response;
    expect(folded.output.message.content).toEqual([{ text: 'Let me look.' }, weather]);
    expect(toolUsesOf(folded)).toEqual([weather.toolUse]);
  });

  testWith('missing_bounds')('never hands out a call that lacks its start', async () => {
    const model = await arrange([eventsOf(reply('Hm.', weather)).filter((event) => !event.contentBlockStart)]);
    const folded = await model.converseStream(question()).response;
    expect(toolUsesOf(folded)).toEqual([]);
    expect(folded.incomplete).toEqual([{ contentIndex: 1, reason: 'no_start' }]);
  });

  test.each(['{"city": "Tro', '{"city": "Tromsø"}}', '["Tromsø"]', 'Tromsø', 'null'])(
    'never hands out a call whose input is %s',
    async (input) => {
      const events = eventsOf(reply(time, toolCall('weather', input)), { pieceLength: 2 });
      const model = await arrange([events]);
      const folded = await model.converseStream(question()).response;
      expect(toolUsesOf(folded)).toEqual([time.toolUse]);
      expect(folded.incomplete).toEqual([{ contentIndex: 1, reason: 'invalid_json' }]);
      expect(folded.output.message.content[1]).toEqual(toolCall('weather', input));
    },
  );

  test('never hands out a call of a reply that ran out of tokens', async () => {
    const cut = { ...reply(weather), stopReason: 'max_tokens' };
    const model = await arrange([cut, cut]);
    expect(toolUsesOf(await model.converse(question()))).toEqual([]);
    expect(toolUsesOf(await model.converseStream(question()).response)).toEqual([]);
  });
}

/** The first event of each block, beginning with the last one, then the second of each, and so on. */
function interleaved(events: ConverseStreamEvent[]): ConverseStreamEvent[] {
  const blocks = [...Map.groupBy(events, indexOf).values()].reverse();
  const longest = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: longest }, (_, turn) => blocks.flatMap((block) => block[turn] ?? [])).flat();
}

function indexOf({ contentBlockStart, contentBlockDelta, contentBlockStop }: ConverseStreamEvent) {
  return (contentBlockStart ?? contentBlockDelta ?? contentBlockStop)?.contentBlockIndex;
}
