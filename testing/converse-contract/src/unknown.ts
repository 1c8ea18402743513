import { type ContentBlock, type ConverseStreamEvent, textOf } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { expect } from 'vitest';
import { all, question, unknown } from './scenes.ts';
import type { Subject } from './subject.ts';

const [messageStart, ...rest] = eventsOf('Basalt.') as [ConverseStreamEvent, ...ConverseStreamEvent[]];

export function describeUnknown({ arrange, testWith }: Subject): void {
  testWith('unknown_events').each<[string, Record<string, unknown>]>([
    ['an event', { hologramStart: { hue: 1 } }],
    ['the start of a block', { contentBlockStart: { contentBlockIndex: 7, start: { hologram: { hue: 1 } } } }],
    ['a piece of a block', { contentBlockDelta: { contentBlockIndex: 7, delta: { hologram: { hue: 1 } } } }],
  ])('hands on %s of a kind that is not known, and reports it', async (_, event) => {
    const events = [messageStart, unknown<ConverseStreamEvent>(event), ...rest];
    const model = await arrange([events]);
    const stream = model.converseStream(question());
    expect(await all(stream)).toEqual(events);
    const { unknownEvents, warnings, ...folded } = await stream.response;
    expect(textOf(folded)).toBe('Basalt.');
    expect(unknownEvents).toEqual([event]);
    expect(warnings?.map(({ code }) => code)).toContain('unknown_event');
  });

  testWith('unknown_blocks')('keeps a block of a kind that is not known', async () => {
    const hologram = unknown<ContentBlock>({ hologram: { hue: 1 } });
    const model = await arrange([reply('Look:', hologram)]);
    const whole = await model.converse(question());
    expect(whole.output.message.content).toEqual([{ text: 'Look:' }, hologram]);
  });

  testWith('unknown_stop_reasons')('keeps a stop reason that is not known', async () => {
    const tired = { ...reply('Basalt.'), stopReason: 'model_got_tired' };
    const model = await arrange([tired, tired]);
    expect((await model.converse(question())).stopReason).toBe('model_got_tired');
    expect((await model.converseStream(question()).response).stopReason).toBe('model_got_tired');
  });
}
