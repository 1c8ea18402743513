import type {
  ContentBlock,
  ConverseRequest,
  Message,
  Role,
  SystemBlock,
  ToolResultContent,
  Warning,
} from '@outcrop/converse';
import { base64Of } from './base64.ts';
import { unsupported } from './refuse.ts';
import { neutralise } from './special-tokens.ts';

/** One turn of a conversation as a template writes it. */
export type PromptTurn = {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** Free of the template's tokens. */
  text: string;
  /** As base64, in front of the text. */
  images: readonly string[];
};

/** How blocks become text. */
export type TurnOptions = {
  format: string;
  /** What may not stand in a text. */
  specialTokens: RegExp;
  warnings: Warning[];
  /** Whether the prompt has a place for a system prompt. */
  system: boolean;
  images: boolean;
  /** How the template writes the calls of a turn behind its text. Without it there are no tools. */
  writeCalls?: ((text: string, calls: readonly string[]) => string) | undefined;
};

/**
 * The conversation as turns of text: the system prompt first, neighbours of the same role as one, each result of a tool
 * as a turn of its own. What no text can say is refused by its place.
 */
export function turnsOf({ system = [], messages = [] }: ConverseRequest, options: TurnOptions): PromptTurn[] {
  const { specialTokens, warnings, writeCalls } = options;
  const turns = systemTurns(system, options);
  for (const [index, message] of messages.entries()) {
    for (const turn of messageTurns(message, `messages[${index}]`, options)) addTurn(turns, turn);
  }
  return turns.map(({ role, texts, calls, images, path }) => {
    // Only what is joined can be looked at: two texts may make a token together.
    const text = neutralise(texts.join('\n\n'), specialTokens, path, warnings);
    const called = calls.map((call) => neutralise(call, specialTokens, path, warnings));
    return { role, text: writeCalls && called.length > 0 ? writeCalls(text, called) : text, images };
  });
}

type RawTurn = { role: PromptTurn['role']; texts: string[]; calls: string[]; images: string[]; path: string };

function addTurn(turns: RawTurn[], turn: RawTurn): void {
  const before = turns.at(-1);
  if (before?.role !== turn.role || turn.role === 'tool') turns.push(turn);
  else for (const part of ['texts', 'calls', 'images'] as const) before[part].push(...turn[part]);
}

function systemTurns(blocks: readonly SystemBlock[], { format, system, warnings }: TurnOptions): RawTurn[] {
  const text = systemText(blocks, format, warnings);
  if (text === undefined) return [];
  if (!system) throw unsupported(format, 'system', 'system');
  return [{ role: 'system', texts: [text], calls: [], images: [], path: 'system' }];
}

function messageTurns({ role, content }: Message, path: string, options: TurnOptions): RawTurn[] {
  const { format, warnings, images, writeCalls } = options;
  const turn: RawTurn = { role: speakerOf(role, format, path), texts: [], calls: [], images: [], path };
  const results: RawTurn[] = [];
  for (const [index, block] of content.entries()) {
    const at = `${path}.content[${index}]`;
    if (block.text !== undefined) turn.texts.push(block.text);
    else if (block.citationsContent) turn.texts.push(citedText(block.citationsContent, at, warnings));
    else if (block.reasoningContent) warnings.push(reasoningDropped(format, at));
    else if (block.cachePoint) warnings.push(cachePointDropped(format, `${at}.cachePoint`));
    else if (block.image && images) turn.images.push(imageOf(block.image, format, `${at}.image`));
    else if (block.toolUse && writeCalls) turn.calls.push(callText(block.toolUse));
    else if (block.toolResult && writeCalls) {
      const text = resultText(block.toolResult.content, format, `${at}.toolResult`);
      results.push({ role: 'tool', texts: [text], calls: [], images: [], path: at });
    } else throw unsupported(format, keyOf(block), `${at}.${keyOf(block)}`);
  }
  const says = turn.texts.length + turn.calls.length + turn.images.length > 0;
  return says ? [...results, turn] : results;
}

function speakerOf(role: Role, format: string, path: string): 'user' | 'assistant' {
  if (role === 'user' || role === 'assistant') return role;
  throw unsupported(format, 'system_turn', path, 'has the system prompt in front of the conversation only');
}

function callText({ name, input }: NonNullable<ContentBlock['toolUse']>): string {
  return JSON.stringify({ name, parameters: input });
}

/** The turns of a template that has no system role: what it says goes in front of the first user turn. */
export function withSystemInFirst(
  turns: readonly PromptTurn[],
  write: (system: string, text: string) => string,
): readonly PromptTurn[] {
  const [system, first, ...rest] = turns;
  if (system?.role !== 'system') return turns;
  if (first?.role !== 'user') return [{ ...system, role: 'user', text: write(system.text, '') }, ...turns.slice(1)];
  return [{ ...first, text: write(system.text, first.text) }, ...rest];
}

/** The text of cited text; its sources have no place in any body but Claude's. */
export function citedText(
  { content = [], citations = [] }: NonNullable<ContentBlock['citationsContent']>,
  path: string,
  warnings: Warning[],
): string {
  if (citations.length > 0) {
    const message = 'The sources of an earlier answer were left out: this body has no place for them.';
    warnings.push({ code: 'citations_dropped', message, path: `${path}.citationsContent` });
  }
  return content.map(({ text }) => text).join('');
}

/** An image as base64. */
export function imageOf({ source }: NonNullable<ContentBlock['image']>, format: string, path: string): string {
  if (source.bytes) return base64Of(source.bytes);
  throw unsupported(format, 's3Location', `${path}.source.s3Location`);
}

/** What a tool answered, as the text that a model without blocks reads. */
export function resultText(content: readonly ToolResultContent[], format: string, path: string): string {
  const texts = content.map((piece, index) => {
    if (piece.text !== undefined) return piece.text;
    if (piece.json !== undefined) return JSON.stringify(piece.json);
    throw unsupported(format, keyOf(piece), `${path}.content[${index}].${keyOf(piece)}`);
  });
  return texts.join('\n');
}

/** What is said where a body has no place for a cache point. It costs more without, and means the same. */
export function cachePointDropped(format: string, path: string): Warning {
  const message = `The cache point was left out: the body format ${format} has no place for it.`;
  return { code: 'cache_point_dropped', message, path };
}

/** The system prompt of a body in which it is one text. */
export function systemText(blocks: readonly SystemBlock[], format: string, warnings: Warning[]): string | undefined {
  const texts = blocks.flatMap((block, index) => {
    if (block.text !== undefined) return [block.text];
    const path = `system[${index}].${keyOf(block)}`;
    if (!block.cachePoint) throw unsupported(format, keyOf(block), path);
    warnings.push(cachePointDropped(format, path));
    return [];
  });
  return texts.length > 0 ? texts.join('\n\n') : undefined;
}

/** What is said where reasoning of an earlier turn has no place. */
export function reasoningDropped(format: string, path: string): Warning {
  const message = `The reasoning of an earlier turn was left out: the body format ${format} has no place for it.`;
  return { code: 'reasoning_dropped', message, path: `${path}.reasoningContent` };
}

/** What kind of block it is. */
export function keyOf(block: object): string {
  return Object.entries(block).find(([, value]) => value !== undefined)?.[0] ?? 'block';
}
