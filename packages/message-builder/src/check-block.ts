import { type ContentBlock, converseLimits, type ToolResultBlock } from '@outcrop/converse';
import type { MessageProblemCode, Place, Report } from './errors.ts';

/** Looks at what one block says, without its place in a message. A kind that is not known passes. */
export function checkBlock(block: ContentBlock, place: Place, report: Report): void {
  const within = (...fields: (string | number)[]) => pathOf(place, fields);
  if (block.text !== undefined) checkText(block.text, within('text'), report);
  if (block.guardContent?.text !== undefined) {
    checkText(block.guardContent.text.text, within('guardContent', 'text', 'text'), report);
  }
  const reasoning = block.reasoningContent?.reasoningText;
  if (reasoning !== undefined && !reasoning.signature) {
    const message = 'Reasoning without its signature is refused, or dropped, when it is sent back: keep the signature.';
    report.warnings.push({ code: 'unsigned_reasoning', message, path: within('reasoningContent').path });
  }
  if (block.toolUse !== undefined) {
    checkPattern('toolUseId', block.toolUse.toolUseId, within('toolUse', 'toolUseId'), report);
    checkPattern('toolName', block.toolUse.name, within('toolUse', 'name'), report);
  }
  if (block.toolResult !== undefined) checkToolResult(block.toolResult, within('toolResult'), report);
  checkPassages(block, place, report);
}

function checkToolResult({ toolUseId, content, status }: ToolResultBlock, place: Place, report: Report): void {
  checkPattern('toolUseId', toolUseId, pathOf(place, ['toolUseId']), report);
  if (status === 'error' && content.length === 0) {
    const message = "A tool's result with the status error needs to say what went wrong: give it a text.";
    report.problems.push({ ...place, code: 'empty_tool_result', message });
  }
  for (const [index, piece] of content.entries()) {
    const inside = pathOf(place, ['content', index]);
    if (piece.text !== undefined) checkText(piece.text, pathOf(inside, ['text']), report);
    checkPassages(piece, inside, report);
  }
}

/** The texts inside documents and search results. */
function checkPassages(
  { document, searchResult }: Pick<ContentBlock, 'document' | 'searchResult'>,
  place: Place,
  report: Report,
) {
  const source = document?.source;
  if (source?.text !== undefined) checkText(source.text, pathOf(place, ['document', 'source', 'text']), report);
  for (const [index, { text }] of (source?.content ?? []).entries()) {
    checkText(text, pathOf(place, ['document', 'source', 'content', index, 'text']), report);
  }
  for (const [index, { text }] of (searchResult?.content ?? []).entries()) {
    checkText(text, pathOf(place, ['searchResult', 'content', index, 'text']), report);
  }
}

function checkText(text: string, place: Place, { problems }: Report): void {
  if (text.trim() !== '') return;
  const received = text === '' ? 'nothing' : 'white space';
  const message = `The text is blank (${received}), which Bedrock refuses: leave it out, or write something.`;
  problems.push({ ...place, code: 'blank_text', message, received });
}

const patterns = {
  toolUseId: { code: 'invalid_tool_use_id', allowed: '1 to 64 letters, digits, _ . : or -' },
  toolName: { code: 'invalid_tool_name', allowed: '1 to 64 letters, digits, _ or -' },
} as const satisfies Record<string, { code: MessageProblemCode; allowed: string }>;

function checkPattern(name: keyof typeof patterns, value: string, place: Place, { problems }: Report): void {
  if (converseLimits[name].test(value)) return;
  const { code, allowed } = patterns[name];
  problems.push({
    ...place,
    code,
    message: `'${value}' is no ${name} for Bedrock: it has to be ${allowed}.`,
    received: value,
  });
}

function pathOf({ path, ...place }: Place, fields: (string | number)[]): Place {
  const rest = fields.map((field) => (typeof field === 'number' ? `[${field}]` : `.${field}`)).join('');
  return { ...place, path: path + rest };
}
