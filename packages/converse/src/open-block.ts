import type { Citation, ContentBlock, ToolResultContent } from './content.ts';
import type { ContentBlockDelta, ContentBlockStart, ReasoningDelta } from './events.ts';
import type { MediaError, MediaSource } from './media.ts';
import type { JsonValue } from './one-of.ts';
import { parseExactly } from './parse-exactly.ts';
import type { IncompleteBlock, Warning } from './reply.ts';

/** A block while it grows. Which of the fields are there says what kind of block it is. */
export type OpenBlock = {
  start?: ContentBlockStart;
  stopped?: boolean;
  text?: string;
  citations?: Citation[];
  input?: string;
  reasoning?: { text: string; signature?: string };
  redacted?: Uint8Array[];
  image?: { bytes: Uint8Array[]; source?: MediaSource; error?: MediaError };
  results?: ToolResultContent[];
};

/** Whether the start was of a known kind. A text block's start, where a model sends one, is empty. */
export function addStart(block: OpenBlock | undefined, start: ContentBlockStart | undefined): boolean {
  if (block === undefined) return false;
  if (!start || Object.keys(start).length === 0) return true;
  if (!start.toolUse && !start.toolResult && !start.image) return false;
  block.start = start;
  return true;
}

/** Whether the delta was of a known kind. */
export function addDelta(block: OpenBlock | undefined, delta: ContentBlockDelta | undefined): boolean {
  if (block === undefined) return false;
  if (typeof delta?.text === 'string') {
    block.text = block.text === undefined ? delta.text : block.text + delta.text;
    return true;
  }
  if (typeof delta?.toolUse?.input === 'string') {
    block.input = (block.input ?? '') + delta.toolUse.input;
    return true;
  }
  if (delta?.reasoningContent) return addReasoning(block, delta.reasoningContent);
  if (delta?.citation) {
    block.citations ??= [];
    block.citations.push(delta.citation as Citation);
    return true;
  }
  if (delta?.image) {
    block.image ??= { bytes: [] };
    const { source, error } = delta.image;
    if (source?.bytes instanceof Uint8Array) block.image.bytes.push(source.bytes);
    else if (source) block.image.source = source;
    if (error) block.image.error = error;
    return true;
  }
  if (Array.isArray(delta?.toolResult)) {
    block.results ??= [];
    for (const piece of delta.toolResult) addResult(block.results, piece);
    return true;
  }
  return false;
}

function addReasoning(block: OpenBlock, { text, signature, redactedContent }: ReasoningDelta): boolean {
  if (redactedContent instanceof Uint8Array) {
    block.redacted ??= [];
    block.redacted.push(redactedContent);
    return true;
  }
  if (typeof text !== 'string' && typeof signature !== 'string') return false;
  block.reasoning ??= { text: '' };
  if (typeof text === 'string') block.reasoning.text += text;
  if (typeof signature === 'string') block.reasoning.signature = (block.reasoning.signature ?? '') + signature;
  return true;
}

function addResult(results: ToolResultContent[], piece: ToolResultContent): void {
  const before = results.at(-1);
  if (typeof before?.text === 'string' && typeof piece?.text === 'string') before.text += piece.text;
  else results.push({ ...piece });
}

/** What the blocks of a reply become, and what is to be said of them. */
export type ClosedBlocks = { content: ContentBlock[]; incomplete: IncompleteBlock[]; warnings: Warning[] };

/** Writes what became of a block, and what is wrong with it. `ended`: whether the message has. */
export function closeBlock(block: OpenBlock, ended: boolean, { content, incomplete, warnings }: ClosedBlocks): void {
  const mark = (reason: IncompleteBlock['reason']) => incomplete.push({ contentIndex: content.length, reason });

  if (block.reasoning) content.push({ reasoningContent: { reasoningText: { ...block.reasoning } } });
  if (block.redacted) content.push({ reasoningContent: { redactedContent: joined(block.redacted) } });
  if (block.citations) {
    const cited = block.text === undefined ? [] : [{ text: block.text }];
    content.push({ citationsContent: { content: cited, citations: [...block.citations] } });
  } else if (block.text) {
    // An empty text block, which gpt-oss sends first, would make the next request fail that carries it.
    content.push({ text: block.text });
  }

  const { toolUse, toolResult, image } = block.start ?? {};
  if (toolUse || block.input !== undefined) {
    const path = `output.message.content[${content.length}].toolUse.input`;
    const {
      input,
      reason,
      warnings: found = [],
    } = parseInput(block.input ?? '', path, ended || block.stopped === true);
    warnings.push(...found);
    const wrong = toolUse?.toolUseId && toolUse.name ? reason : 'no_start';
    if (wrong) mark(wrong);
    content.push({ toolUse: { toolUseId: '', name: '', ...toolUse, input } });
  }
  if (toolResult || block.results) {
    if (!toolResult) mark('no_start');
    content.push({
      toolResult: { toolUseId: '', ...toolResult, content: (block.results ?? []).map((r) => ({ ...r })) },
    });
  }
  if (image || block.image) {
    if (!image) mark('no_start');
    const source = block.image?.source ?? { bytes: joined(block.image?.bytes ?? []) };
    content.push({
      image: { format: 'png', ...image, source, ...(block.image?.error && { error: block.image.error }) },
    });
  }
}

type ParsedInput = { input: JsonValue; reason?: IncompleteBlock['reason']; warnings?: Warning[] };

/** A tool's input as the object that it should be; else the raw text, so that nothing can take it for one. */
function parseInput(raw: string, path: string, ended: boolean): ParsedInput {
  if (!ended) return { input: raw, reason: 'cut' };
  // No input at all is how a tool without parameters is called.
  if (raw.trim() === '') return { input: {} };
  try {
    const { value: input, warnings } = parseExactly(raw, path);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input, warnings };
  } catch {
    // The reason below says it.
  }
  return { input: raw, reason: 'invalid_json' };
}

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
