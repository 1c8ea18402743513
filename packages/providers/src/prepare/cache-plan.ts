import {
  type CachePoint,
  type ContentBlock,
  type ConverseRequest,
  converseLimits,
  type Message,
} from '@outcrop/converse';
import type { Place } from './cache-points.ts';
import type { Run } from './run.ts';

/**
 * Puts cache points where they pay, if `cache: 'auto'` asks for it: behind the tools, behind the system prompt, and
 * behind the last two turns of the user, so that a growing conversation reads what its last call wrote. Only for a
 * model that is known to cache, and not before as many tokens as it wants.
 */
export function planCachePoints(request: ConverseRequest, run: Run): ConverseRequest {
  const { caching } = run.traits;
  if (run.options.cache !== 'auto' || caching?.supported !== true || hasPoints(request)) return request;
  const takes = (place: Place) => caching.places === undefined || caching.places.includes(place);
  const minTokens = caching.minTokens ?? 1_024;
  let room = caching.maxPoints ?? converseLimits.cachePointsPerRequest;
  let tokens = 0;
  const planned = { ...request };

  const { toolConfig, system, messages } = request;
  if (toolConfig) {
    tokens += JSON.stringify(toolConfig.tools).length / charactersPerToken;
    // Nova refuses a point there, so of a model of which it is not known none is risked.
    if (caching.places?.includes('tools') && tokens >= minTokens && room > 0) {
      planned.toolConfig = { ...toolConfig, tools: [...toolConfig.tools, { cachePoint }] };
      room--;
    }
  }
  if (system) {
    for (const { text } of system) tokens += (text?.length ?? 0) / charactersPerToken;
    if (takes('system') && tokens >= minTokens && room > 0) {
      planned.system = [...system, { cachePoint }];
      room--;
    }
  }
  if (messages && takes('messages') && room > 0) {
    const fitting: number[] = [];
    for (const [index, message] of messages.entries()) {
      tokens += tokensOf(message);
      if (tokens >= minTokens && canEndWithPoint(message, run)) fitting.push(index);
    }
    const chosen = new Set(fitting.slice(-Math.min(2, room)));
    if (chosen.size > 0) {
      planned.messages = messages.map((message, index) =>
        chosen.has(index) ? { ...message, content: [...message.content, { cachePoint }] } : message,
      );
    }
  }
  const isSame = planned.toolConfig === toolConfig && planned.system === system && planned.messages === messages;
  return isSame ? request : planned;
}

const cachePoint: CachePoint = { type: 'default' };
const charactersPerToken = 4;
/** What a picture or a file comes to at least, roughly: too early a point is not cached, and nothing is lost. */
const mediaTokens = 500;

function hasPoints({ toolConfig, system, messages }: ConverseRequest): boolean {
  const isPoint = (block: { cachePoint?: CachePoint }) => block.cachePoint !== undefined;
  return (
    toolConfig?.tools?.some(isPoint) === true ||
    system?.some(isPoint) === true ||
    messages?.some(({ content }) => content.some(isPoint)) === true
  );
}

/** A user's turn that a point may close: not right behind a text document, nor beside results that stand alone. */
function canEndWithPoint({ role, content }: Message, { traits }: Run): boolean {
  const last = content.at(-1);
  if (role !== 'user' || !last) return false;
  if (last.document && last.document.format !== 'pdf') return false;
  return traits.tools?.textBesideResults !== false || !content.some((block) => block.toolResult);
}

function tokensOf({ content }: Message): number {
  let tokens = 0;
  for (const block of content) tokens += tokensOfBlock(block);
  return tokens;
}

function tokensOfBlock({ text, image, document, video, toolUse, toolResult }: Partial<ContentBlock>): number {
  if (text !== undefined) return text.length / charactersPerToken;
  if (image || document || video) return mediaTokens;
  if (toolUse) return JSON.stringify(toolUse.input ?? '').length / charactersPerToken;
  let tokens = 0;
  for (const piece of toolResult?.content ?? []) {
    tokens += piece.json === undefined ? tokensOfBlock(piece) : JSON.stringify(piece.json).length / charactersPerToken;
  }
  return tokens;
}
