import { beforeEach, expect, test, vi } from 'vitest';
import { keepTurns, readTurns } from './kept-turns.ts';
import type { ChatTurn } from './turns.ts';

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
});

const picture = (bytes: Uint8Array) => ({ image: { format: 'png', source: { bytes } } }) as const;

function userTurn(bytes: Uint8Array): ChatTurn {
  const content = [{ text: 'Which rock is this?' }, picture(bytes)];
  return { type: 'user', id: 'a', message: { role: 'user', content }, fileNames: ['rock.png'] };
}

test('a conversation is read as it was kept, with its files', () => {
  keepTurns([userTurn(Uint8Array.of(1, 2, 3))]);
  expect(readTurns()).toEqual([userTurn(Uint8Array.of(1, 2, 3))]);
});

test('a large file is named instead, and a reply that was coming has stopped', () => {
  const message = { role: 'assistant' as const, content: [{ text: 'It is' }] };
  keepTurns([
    userTurn(new Uint8Array(300_000)),
    { type: 'assistant', id: 'b', message, state: 'streaming', askedAt: 0, steps: [] },
  ]);
  expect(readTurns()).toMatchObject([
    {
      message: {
        content: [{ text: 'Which rock is this?' }, { text: expect.stringContaining('the png image was here') }],
      },
    },
    { message, state: 'stopped' },
  ]);
});

test.each(['{', '{"type":1}', '[1]', '[{"type":"tools","message":{"role":1}}]', '[{"type":"user","message":{}}]'])(
  'what makes no sense is no conversation: %s',
  (json) => {
    kept.set('outcrop.chat', json);
    expect(readTurns()).toEqual([]);
  },
);
