import type { ContentBlock } from '../content.ts';
import type { ContentBlockDelta, ContentBlockStart, ConverseStreamEvent } from '../events.ts';
import type { ConverseResponse } from '../reply.ts';
import { wholeReply } from './replies.ts';

/** How a reply is cut. */
export type EventsOptions = {
  /** The most characters that one piece of text, reasoning or tool input holds. @default 16 */
  pieceLength?: number | undefined;
};

/**
 * The events in which Bedrock would stream this reply: no start for text and reasoning, tool input as pieces of JSON,
 * `metadata` last. Their fold is the reply again.
 */
export function eventsOf(
  reply: string | Partial<ConverseResponse>,
  { pieceLength = 16 }: EventsOptions = {},
): ConverseStreamEvent[] {
  if (!(pieceLength >= 1)) throw new RangeError(`pieceLength has to be at least 1, and it is ${pieceLength}.`);
  const { output, stopReason, usage, metrics, ...rest } = wholeReply(reply);
  const { latencyMs = 0 } = metrics;
  const { additionalModelResponseFields, trace, performanceConfig, serviceTier } = rest;
  return [
    { messageStart: { role: output.message.role } },
    ...output.message.content.flatMap((block, index) => blockEvents(block, index, pieceLength)),
    { messageStop: present({ stopReason, additionalModelResponseFields }) },
    { metadata: present({ usage, metrics: { ...metrics, latencyMs }, trace, performanceConfig, serviceTier }) },
  ];
}

function blockEvents(block: ContentBlock, contentBlockIndex: number, pieceLength: number): ConverseStreamEvent[] {
  const { start, deltas } = cut(block, pieceLength);
  return [
    ...(start ? [{ contentBlockStart: { contentBlockIndex, start } }] : []),
    ...deltas.map((delta) => ({ contentBlockDelta: { contentBlockIndex, delta } })),
    { contentBlockStop: { contentBlockIndex } },
  ];
}

function cut(block: ContentBlock, pieceLength: number): { start?: ContentBlockStart; deltas: ContentBlockDelta[] } {
  if (block.text !== undefined) return { deltas: pieces(block.text, pieceLength).map((text) => ({ text })) };
  if (block.toolUse) {
    const { input, ...toolUse } = block.toolUse;
    const deltas = pieces(inputText(input), pieceLength).map((piece) => ({ toolUse: { input: piece } }));
    return { start: { toolUse }, deltas };
  }
  if (block.reasoningContent) return { deltas: cutReasoning(block.reasoningContent, pieceLength) };
  if (block.citationsContent) {
    const { content = [], citations = [] } = block.citationsContent;
    const texts = content.flatMap(({ text }) => pieces(text, pieceLength));
    return { deltas: [...texts.map((text) => ({ text })), ...citations.map((citation) => ({ citation }))] };
  }
  if (block.image) {
    const { format, ...image } = block.image;
    return { start: { image: { format } }, deltas: [{ image }] };
  }
  if (block.toolResult) {
    const { content, ...toolResult } = block.toolResult;
    return { start: { toolResult }, deltas: [{ toolResult: content as { text: string }[] }] };
  }
  // No event carries such a block, so it comes whole in its start, as one would of a kind that nobody knows yet.
  return { start: block as unknown as ContentBlockStart, deltas: [] };
}

type Reasoning = NonNullable<ContentBlock['reasoningContent']>;

function cutReasoning({ reasoningText, redactedContent }: Reasoning, pieceLength: number): ContentBlockDelta[] {
  if (redactedContent) return [{ reasoningContent: { redactedContent } }];
  const { text = '', signature } = reasoningText ?? {};
  return [
    ...pieces(text, pieceLength).map((piece) => ({ reasoningContent: { text: piece } })),
    ...(signature === undefined ? [] : [{ reasoningContent: { signature } }]),
  ];
}

/** A call without input streams none, and input that is no JSON any more streams as it is. */
function inputText(input: unknown): string {
  if (typeof input === 'string') return input;
  const json = JSON.stringify(input);
  return json === '{}' ? '' : json;
}

/** Cut between characters, never within one; what is empty is one empty piece. */
function pieces(text: string, pieceLength: number): string[] {
  const characters = [...text];
  const cuts = [characters.slice(0, pieceLength).join('')];
  for (let at = pieceLength; at < characters.length; at += pieceLength) {
    cuts.push(characters.slice(at, at + pieceLength).join(''));
  }
  return cuts;
}

function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
