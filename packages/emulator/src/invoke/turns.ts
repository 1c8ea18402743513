import type { ContentBlock, Message, SystemBlock } from '@outcrop/converse';

/** One turn as a prompt template or a list of chat messages holds it. */
export type Turn = { role: 'system' | 'user' | 'assistant'; content: ContentBlock[] };

/** The system prompt and the messages: turns of one role in a row are one message, as Converse wants it. */
export function conversationOf(turns: readonly Turn[]): { messages: Message[]; system?: SystemBlock[] } {
  const messages: Message[] = [];
  const system: SystemBlock[] = [];
  for (const { role, content } of turns) {
    const last = messages.at(-1);
    if (role === 'system') system.push(...content.flatMap(({ text }) => (text ? [{ text }] : [])));
    else if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content: [...content] });
  }
  return system.length > 0 ? { messages, system } : { messages };
}

/** A turn of text; none if there is no text in it, such as the one that the model is to write. */
export function textTurn(role: Turn['role'], text: string): Turn[] {
  return text.trim() === '' ? [] : [{ role, content: [{ text }] }];
}
