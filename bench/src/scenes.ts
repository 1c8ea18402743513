import type { ConverseRequest, ConverseStreamEvent } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';

const word = 'granite ';
const streamOf = (words: number) => eventsOf(word.repeat(words), { pieceLength: word.length });

/** What is asked and answered, how often, and what a measured number is divided by. */
export type Scene = {
  operation: 'call' | 'stream';
  answer: string | ConverseStreamEvent[];
  text: string;
  /** Events on the wire in one answer, where it is events that are counted. */
  events: number;
  warmUp: number;
  count: number;
};

const whole = { operation: 'call', answer: 'Granite.', text: 'Granite.', events: 1 } as const;
const stream = (words: number) => ({ operation: 'stream', answer: streamOf(words), text: word.repeat(words) }) as const;

export const scenes = {
  call: { ...whole, warmUp: 600, count: 1_200 },
  stream: { ...stream(500), events: streamOf(500).length, warmUp: 10, count: 20 },
  /** Short answers, one after the other. */
  first_text: { ...stream(20), events: 1, warmUp: 200, count: 300 },
  document: { ...whole, warmUp: 6, count: 12 },
} as const satisfies Record<string, Scene>;

export type SceneName = keyof typeof scenes;

export function requestOf(scene: SceneName): ConverseRequest {
  const text = { text: 'Which rock is this? '.repeat(20) };
  const bytes = new Uint8Array(4_500_000).fill(37);
  const document = { document: { format: 'pdf' as const, name: 'Rocks', source: { bytes } } };
  return {
    messages: [{ role: 'user', content: scene === 'document' ? [text, document] : [text] }],
    inferenceConfig: { maxTokens: 100 },
  };
}
