import type { ContentBlock } from '@outcrop/converse';
import { messageFromJson, toJson } from '@outcrop/converse/json';
import { store } from '../stored.ts';
import type { ChatTurn } from './turns.ts';

// Browsers keep about five million characters for a page, and base64 makes four of three bytes.
const keptFileBytes = 200_000;

/** Writes the conversation down. Files that are too large for that are named, and left out. */
export function keepTurns(turns: readonly ChatTurn[]): void {
  const kept = turns.map((turn) => {
    const state = turn.type === 'assistant' && turn.state === 'streaming' ? { state: 'stopped' } : {};
    const content = turn.message.content.map(withoutLargeFile);
    return { ...turn, ...state, message: toJson({ ...turn.message, content }) };
  });
  store('chat', kept);
}

/** The conversation before the reload; empty if there was none, or if it makes no sense any more. */
export function readTurns(): ChatTurn[] {
  try {
    const kept = JSON.parse(localStorage.getItem('outcrop.chat') ?? '[]') as ChatTurn[];
    if (!kept.every(isTurn)) return [];
    return kept.map((turn) => ({ ...turn, message: messageFromJson(turn.message) }));
  } catch {
    return [];
  }
}

/** As far as the page would break without it. */
function isTurn(turn: ChatTurn): boolean {
  if (turn.type === 'user') return Array.isArray(turn.fileNames);
  return turn.type === 'tools' || (turn.type === 'assistant' && Array.isArray(turn.steps));
}

function withoutLargeFile(block: ContentBlock): ContentBlock {
  const { image, video, document } = block;
  const bytes = (image ?? video ?? document)?.source?.bytes;
  if (bytes === undefined || bytes.length <= keptFileBytes) return block;
  const name = document?.name ?? `the ${(image ?? video)?.format} ${image ? 'image' : 'video'}`;
  return { text: `[${name} was here, and was too large to be kept over the reload.]` };
}
