import { fitHistory, type Message } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const ask = (text: string): Message => ({ role: 'user', content: [{ text }] });
const say = (text: string): Message => ({ role: 'assistant', content: [{ text }] });
const use = (...ids: string[]): Message => ({
  role: 'assistant',
  content: ids.map((toolUseId) => ({ toolUse: { toolUseId, name: 'look', input: {} } })),
});
const results = (...ids: string[]): Message => ({
  role: 'user',
  content: ids.map((toolUseId) => ({ toolResult: { toolUseId, content: [{ text: 'seen' }] } })),
});
const one = () => 1;

test('a history that fits stays as it is', () => {
  const history = [ask('a'), say('b')];
  expect(fitHistory(history, 2, one)).toEqual({ messages: history, dropped: 0, tokens: 2 });
});

test('the oldest exchanges go first, tool rounds and all', () => {
  const history = [ask('a'), use('1'), results('1'), say('b'), ask('c'), say('d'), ask('e')];
  expect(fitHistory(history, 4, one)).toEqual({ messages: [ask('c'), say('d'), ask('e')], dropped: 4, tokens: 3 });
});

test('inside the newest exchange the oldest rounds go, its question and its last round stay', () => {
  const history = [ask('a'), say('b'), ask('c'), use('1', '2'), results('1', '2'), use('3'), results('3')];
  const messages = [ask('c'), use('3'), results('3')];
  expect(fitHistory(history, 3, one)).toEqual({ messages, dropped: 4, tokens: 3 });
  expect(fitHistory(history, 0, one)).toEqual({ messages, dropped: 4, tokens: 3 });
});

test('no more goes than has to, and a budget that is just met is met', () => {
  const exchanges = [ask('a'), say('b'), ask('c'), say('d'), ask('e'), say('f')];
  expect(fitHistory(exchanges, 6, one).dropped).toBe(0);
  expect(fitHistory(exchanges, 4, one).messages).toEqual(exchanges.slice(2));
  const rounds = [ask('a'), use('1'), results('1'), use('2'), results('2'), use('3'), results('3')];
  expect(fitHistory(rounds, 7, one).dropped).toBe(0);
  expect(fitHistory(rounds, 5, one).messages).toEqual([ask('a'), ...rounds.slice(3)]);
});

test('a user turn with text beside its results belongs to the round', () => {
  const answer: Message = { role: 'user', content: [...results('1').content, { text: 'and hurry' }] };
  const history = [ask('a'), use('1'), answer, use('2'), results('2'), say('b')];
  expect(fitHistory(history, 4, one).messages).toEqual([ask('a'), use('2'), results('2'), say('b')]);
});

test.each<[name: string, between: Message[]]>([
  ["a user's own turn", [ask('hurry')]],
  ['a system turn', [{ role: 'system', content: [{ text: 'Be brief.' }] }]],
  ['another result', [results('0')]],
])('a tool use and its result stay together with %s between them', (_, between) => {
  const round = [use('1', '0'), ...between, results('1')];
  const history = [ask('a'), ...round, use('2'), results('2'), ask('b'), say('c')];
  expect(fitHistory(history, 3, one).messages).toEqual([ask('b'), say('c')]);
  expect(fitHistory(history.slice(0, -2), 4, one).messages).toEqual([ask('a'), use('2'), results('2')]);
});

test('ids that a model uses again do not tie rounds together', () => {
  const history = [ask('a'), use('1'), results('1'), ask('b'), use('1'), results('1')];
  expect(fitHistory(history, 3, one).messages).toEqual(history.slice(3));
});

test('no history is ever left with a tool use without its result, or the other way round', () => {
  const exchange = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), fc.boolean())
    .map(([rounds, answered]) => (prefix: string) => [
      ask(prefix),
      ...rounds.flatMap((count, round) => {
        const ids = Array.from({ length: count }, (_, index) => `${prefix}-${round}-${index}`);
        return [use(...ids), results(...ids)];
      }),
      ...(answered ? [say(prefix)] : []),
    ]);
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 6 }), fc.nat(40), (exchanges, budget) => {
      const history = exchanges.flatMap((build, index) => build(String(index)));
      const { messages, dropped, tokens } = fitHistory(history, budget, ({ content }) => content.length);
      const ids = (key: 'toolUse' | 'toolResult') =>
        messages.flatMap(({ content }) => content.flatMap((block) => block[key]?.toolUseId ?? []));
      expect(ids('toolUse')).toEqual(ids('toolResult'));
      expect(messages.length + dropped).toBe(history.length);
      expect(tokens).toBe(messages.reduce((sum, { content }) => sum + content.length, 0));
      expect(messages.at(-1)).toBe(history.at(-1));
      if (messages[0]) expect(messages[0]).toEqual(ask(expect.any(String) as string));
    }),
  );
});
