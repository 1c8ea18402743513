import type { ContentBlock, Message, Role } from './content.ts';
import type { ConverseRequest, SystemBlock } from './request.ts';

/** A turn as most people write it: with a string, or with blocks where a string will not do. */
export type Turn = { role: Role; content: string | ContentBlock[] };

/**
 * Makes messages of turns whose content is a plain string. System turns at the start become the system prompt, which
 * is where Bedrock wants it; later ones stay in place, for the models that take them.
 *
 * @example
 * ```ts
 * import { messagesFrom } from '@outcrop/converse';
 *
 * messagesFrom([
 *   { role: 'system', content: 'You are a geologist.' },
 *   { role: 'user', content: 'What is an outcrop?' },
 * ]);
 * // { system: [{ text: 'You are a geologist.' }], messages: [{ role: 'user', content: [{ text: 'What is …' }] }] }
 * ```
 */
export function messagesFrom(turns: readonly Turn[]): { messages: Message[] } & Pick<ConverseRequest, 'system'> {
  const start = turns.findIndex(({ role }) => role !== 'system');
  const leading = start === -1 ? turns : turns.slice(0, start);
  const rest = start === -1 ? [] : turns.slice(start);
  const messages = rest.map(({ role, content }) => ({ role, content: blocksOf(content) }));
  if (leading.length === 0) return { messages };
  return { system: leading.flatMap(({ content }) => blocksOf(content).map(systemBlock)), messages };
}

function blocksOf(content: string | ContentBlock[]): ContentBlock[] {
  return typeof content === 'string' ? [{ text: content }] : content;
}

function systemBlock(block: ContentBlock): SystemBlock {
  if (block.text !== undefined || block.guardContent !== undefined || block.cachePoint !== undefined) return block;
  throw new TypeError(
    `A system prompt holds text, guardContent and cachePoint, not ${Object.keys(block)[0]}: put it into a user turn.`,
  );
}
