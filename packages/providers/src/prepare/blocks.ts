import type { ContentBlock, ConverseRequest, Message, Role, ToolResultContent } from '@outcrop/converse';
import { prepareMedia } from './media.ts';
import { prepareReasoning } from './reasoning.ts';
import { herePath, keepOrigin, type Run, warn } from './run.ts';
import { isObject } from './shape.ts';
import { prepareReference, prepareToolResult, prepareToolUse } from './tool-blocks.ts';

/** What becomes of a block: the same one, a better one, or none. */
export type BlockRepair<Block = ContentBlock> = (block: Block, run: Run) => Block | undefined;

const byKind: { readonly [kind: string]: BlockRepair } = {
  text: dropBlankText,
  toolUse: prepareToolUse,
  toolResult: (block, run) => prepareToolResult(block, run, preparePiece),
  reasoningContent: prepareReasoning,
  image: prepareMedia,
  document: prepareMedia,
  video: prepareMedia,
  audio: prepareMedia,
  searchResult: noteCitations,
  guardContent: dropBlankGuard,
  cachePoint: countPoint,
  toolAddition: prepareReference,
  toolRemoval: prepareReference,
};

/** The only role that may hold such a block, where there is only one. */
const onlyIn: { readonly [kind: string]: Role } = {
  toolUse: 'assistant',
  reasoningContent: 'assistant',
  citationsContent: 'assistant',
  toolResult: 'user',
  image: 'user',
  audio: 'user',
  document: 'user',
  video: 'user',
  searchResult: 'user',
  toolAddition: 'system',
  toolRemoval: 'system',
};

/** One walk over all blocks: each is repaired by itself, and what the later repairs need is counted. */
export function prepareBlocks(request: ConverseRequest, run: Run): ConverseRequest {
  const { messages } = request;
  if (messages === undefined) return request;
  if (!Array.isArray(messages)) {
    run.problems.push({ path: 'messages', message: `has to be a list, not ${kindOfValue(messages)}.` });
    return request;
  }
  let prepared: Message[] | undefined;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as Message;
    run.at.message = index;
    const better = prepareMessage(message, run);
    if (better !== message) prepared ??= messages.slice(0, index);
    prepared?.push(better);
  }
  return prepared ? { ...request, messages: prepared } : request;
}

function prepareMessage(message: Message, run: Run): Message {
  const problem = shapeProblem(message);
  if (problem !== undefined) {
    run.problems.push({ path: `messages[${run.at.message}]${problem.at}`, message: problem.message });
    return message;
  }
  const { role, content } = message;
  if (role === 'system' && run.traits.systemTurns === false) {
    run.unsupported.push({
      feature: 'systemTurns',
      path: `messages[${run.at.message}]`,
      message: 'the model takes no system turns between others.',
    });
  }
  let prepared: ContentBlock[] | undefined;
  for (let index = 0; index < content.length; index++) {
    const block = content[index] as ContentBlock;
    run.at.block = index;
    const better = prepareBlock(block, role, run);
    if (better !== block) {
      prepared ??= content.slice(0, index);
      if (better) keepOrigin(run, better);
    }
    if (prepared && better) {
      prepared.push(better);
      if (better === block) keepOrigin(run, block);
    }
  }
  return prepared ? { ...message, content: prepared } : message;
}

function shapeProblem(message: Message | undefined): { at: string; message: string } | undefined {
  if (typeof message !== 'object' || message === null || !('content' in message)) {
    const forgotten = typeof (message as { then?: unknown } | null | undefined)?.then === 'function';
    const advice = forgotten ? 'is a Promise: an `await` is missing before it.' : undefined;
    return { at: '', message: advice ?? `has to be a message, not ${kindOfValue(message)}.` };
  }
  if (typeof message.role !== 'string') return { at: '.role', message: "has to be 'user' or 'assistant'." };
  if (!Array.isArray(message.content)) {
    return { at: '.content', message: `has to be a list of blocks, not ${kindOfValue(message.content)}.` };
  }
  return undefined;
}

function prepareBlock(block: ContentBlock, role: Role, run: Run): ContentBlock | undefined {
  const kind = onlyKey(block);
  if (kind === undefined) {
    const message = 'has to be an object with exactly one key, which says what kind of block it is.';
    run.problems.push({ path: herePath(run), message });
    return block;
  }
  const only = onlyIn[kind];
  if (only !== undefined && only !== role && !isOfAssistant(block, kind, role, run)) {
    run.problems.push({ path: herePath(run), message: `is ${kind}, which only a turn of '${only}' may hold.` });
    return block;
  }
  const repair = byKind[kind];
  if (repair === undefined) return block;
  return isFilled(block, kind, run) ? repair(block, run) : block;
}

/** Models draw and speak in their own turns, and the provider's own tools answer there. */
function isOfAssistant(block: ContentBlock, kind: string, role: Role, { traits }: Run): boolean {
  if (role !== 'assistant') return false;
  return kind === 'toolResult'
    ? block.toolResult?.type !== undefined
    : traits.outputModalities?.includes(kind) === true;
}

const pieceKinds: ReadonlySet<string> = new Set(['text', 'image', 'document', 'video', 'searchResult']);

/** A piece of a tool's result, which is nearly a block. */
function preparePiece(piece: ToolResultContent, run: Run): ToolResultContent | undefined {
  const kind = onlyKey(piece);
  if (kind === undefined) {
    run.problems.push({ path: herePath(run), message: 'has to be an object with exactly one key.' });
    return piece;
  }
  const repair = pieceKinds.has(kind) ? byKind[kind] : undefined;
  if (repair === undefined || !isFilled(piece, kind, run)) return piece;
  return repair(piece as ContentBlock, run) as ToolResultContent | undefined;
}

/** Whether there is in it what its key says. */
function isFilled(block: object, kind: string, run: Run): boolean {
  const value = (block as Record<string, unknown>)[kind];
  if (kind === 'text' ? typeof value === 'string' : isObject(value)) return true;
  const wanted = kind === 'text' ? 'text' : 'an object';
  run.problems.push({ path: `${herePath(run)}.${kind}`, message: `has to be ${wanted}, not ${kindOfValue(value)}.` });
  return false;
}

function dropBlankText(block: ContentBlock, run: Run): ContentBlock | undefined {
  const text = block.text as string;
  run.seen.bytes += text.length;
  if (text.trim() === '') {
    warn(run, 'blank_text', herePath(run));
    return undefined;
  }
  return block;
}

/** Without it a guardrail looks at more, never at less. */
function dropBlankGuard(block: ContentBlock, run: Run): ContentBlock | undefined {
  const text = block.guardContent?.text?.text;
  if (typeof text !== 'string' || text.trim() !== '') return block;
  warn(run, 'blank_text', herePath(run));
  return undefined;
}

function noteCitations(block: ContentBlock, run: Run): ContentBlock {
  if (block.searchResult?.citations?.enabled) run.seen.citations = true;
  return block;
}

function countPoint(block: ContentBlock, run: Run): ContentBlock {
  run.seen.cachePoints++;
  return block;
}

/** The one key that has a value. */
function onlyKey(block: unknown): string | undefined {
  if (typeof block !== 'object' || block === null) return undefined;
  let only: string | undefined;
  for (const key in block) {
    if ((block as Record<string, unknown>)[key] === undefined) continue;
    if (only !== undefined) return undefined;
    only = key;
  }
  return only;
}

/** What it is, without quoting it. */
function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
