import {
  type ContentBlock,
  type JsonValue,
  parseExactly,
  type ToolResultBlock,
  type ToolResultContent,
  type ToolUseBlock,
} from '@outcrop/converse';
import type { BlockRepair } from './blocks.ts';
import { herePath, type Run, warn } from './run.ts';
import { isJsonObject } from './shape.ts';
import { toolIds, toolNames } from './tool-names.ts';

/** A tool call of the history: its name and its id as the wire takes them, its input an object. */
export function prepareToolUse(block: ContentBlock, run: Run): ContentBlock {
  run.seen.toolBlocks++;
  const toolUse = block.toolUse as ToolUseBlock;
  if (!isNamed(toolUse, 'toolUseId', 'toolUse', run) || !isNamed(toolUse, 'name', 'toolUse', run)) return block;
  const { name, toolUseId, input } = toolUse;
  const wireName = toolNames(run).toWire(name);
  const wireId = toolIds(run).toWire(toolUseId);
  if (wireName === name && wireId === toolUseId && isJsonObject(input)) return block;

  if (wireName !== name) warn(run, 'tool_name', `${herePath(run)}.toolUse.name`);
  if (wireId !== toolUseId) warn(run, 'tool_use_id', `${herePath(run)}.toolUse.toolUseId`);
  if (!isJsonObject(input)) warn(run, 'tool_input', `${herePath(run)}.toolUse.input`);
  return { toolUse: { ...toolUse, name: wireName, toolUseId: wireId, input: objectOf(input) } };
}

/** A tool that a system turn adds or takes away, by its name on the wire. */
export function prepareReference(block: ContentBlock, run: Run): ContentBlock {
  const key = block.toolAddition ? 'toolAddition' : 'toolRemoval';
  const { tool } = block[key] ?? {};
  const name = typeof tool?.name === 'string' ? toolNames(run).toWire(tool.name) : undefined;
  if (name === undefined || name === tool?.name) return block;
  warn(run, 'tool_name', `${herePath(run)}.${key}.tool.name`);
  return { [key]: { tool: { ...tool, name } } } as ContentBlock;
}

/** A tool's result: its id, each of its pieces, and its status, where the model knows one. */
export function prepareToolResult(
  block: ContentBlock,
  run: Run,
  preparePiece: BlockRepair<ToolResultContent>,
): ContentBlock {
  run.seen.toolBlocks++;
  const toolResult = block.toolResult as ToolResultBlock;
  if (!isNamed(toolResult, 'toolUseId', 'toolResult', run)) return block;
  if (!Array.isArray(toolResult.content)) {
    run.problems.push({ path: `${herePath(run)}.toolResult.content`, message: 'has to be a list.' });
    return block;
  }
  const toolUseId = toolIds(run).toWire(toolResult.toolUseId);
  if (toolUseId !== toolResult.toolUseId) warn(run, 'tool_use_id', `${herePath(run)}.toolResult.toolUseId`);
  const pieces = preparePieces(toolResult.content, run, preparePiece);
  const content = errorInWords(toolResult, pieces, run);
  const noStatus = toolResult.status !== undefined && run.traits.tools?.resultStatus === false;
  if (noStatus) warn(run, 'tool_result_status', `${herePath(run)}.toolResult.status`);
  if (toolUseId === toolResult.toolUseId && content === toolResult.content && !noStatus) return block;
  const { status, ...rest } = toolResult;
  return { toolResult: { ...rest, toolUseId, content, ...(status !== undefined && !noStatus && { status }) } };
}

function preparePieces(
  content: ToolResultContent[],
  run: Run,
  preparePiece: BlockRepair<ToolResultContent>,
): ToolResultContent[] {
  let prepared: ToolResultContent[] | undefined;
  for (let index = 0; index < content.length; index++) {
    const piece = content[index] as ToolResultContent;
    run.at.piece = index;
    const better = piece?.json === undefined ? preparePiece(piece, run) : objectJson(piece, run);
    if (better !== piece) prepared ??= content.slice(0, index);
    if (better) prepared?.push(better);
  }
  run.at.piece = -1;
  return prepared ?? content;
}

function objectJson(piece: ToolResultContent, run: Run): ToolResultContent {
  const json = piece.json as JsonValue;
  if (isJsonObject(json)) return piece;
  warn(run, 'tool_result_json', `${herePath(run)}.json`);
  return { json: { value: json } };
}

/** An error has to say something, and where there is no field for it, that it is one. */
function errorInWords({ status }: ToolResultBlock, content: ToolResultContent[], run: Run): ToolResultContent[] {
  if (status !== 'error') return content;
  if (content.length === 0) {
    warn(run, 'tool_result_empty', `${herePath(run)}.toolResult.content`);
    return [{ text: 'The tool failed and said nothing.' }];
  }
  return run.traits.tools?.resultStatus === false ? [{ text: 'The tool failed:' }, ...content] : content;
}

/** What was no object as one: nothing at all is how a tool without parameters is called. */
function objectOf(input: unknown): { [key: string]: JsonValue } {
  if (isJsonObject(input)) return input;
  if (input === undefined || input === null) return {};
  if (typeof input === 'string') {
    if (input.trim() === '') return {};
    try {
      const parsed: unknown = parseExactly(input).value;
      if (isJsonObject(parsed)) return parsed;
    } catch {
      // A call that was cut: its text is all there is of it.
    }
  }
  return { value: input as JsonValue };
}

function isNamed<Key extends string>(block: { [K in Key]?: unknown }, key: Key, kind: string, run: Run): boolean {
  if (typeof block?.[key] === 'string') return true;
  run.problems.push({ path: `${herePath(run)}.${kind}.${key}`, message: 'has to be text.' });
  return false;
}
