import { type ContentBlock, converseLimits } from '@outcrop/converse';
import type { Place, Report } from './findings.ts';

/** Looks at what one block says, without its place in a message. A kind that is not known passes. */
export function checkBlock(block: ContentBlock, place: Place, report: Report): void {
  const { text, document, guardContent, searchResult, reasoningContent, toolUse, toolResult } = block;
  if (reasoningContent?.reasoningText && !reasoningContent.reasoningText.signature) {
    report.warnings.push({ ...place, code: 'unsigned_reasoning' });
  }
  if (toolUse !== undefined) {
    checkPattern('toolName', toolUse.name, `${place.path}.toolUse.name`, place, report);
    checkPattern('toolUseId', toolUse.toolUseId, `${place.path}.toolUse.toolUseId`, place, report);
  }
  if (toolResult !== undefined) {
    checkPattern('toolUseId', toolResult.toolUseId, `${place.path}.toolResult.toolUseId`, place, report);
    if (toolResult.status === 'error' && !toolResult.content?.length) {
      report.problems.push({ ...place, code: 'empty_tool_result' });
    }
  }
  checkTexts({ text, document, guardContent, searchResult, toolResult }, place, report);
}

const codes = { toolUseId: 'invalid_tool_use_id', toolName: 'invalid_tool_name' } as const;

function checkPattern(name: keyof typeof codes, received: string, path: string, place: Place, { problems }: Report) {
  // One that came as a block may lack it, and a pattern would read `undefined` as a word.
  if (!converseLimits[name].test(received ?? '')) problems.push({ ...place, path, code: codes[name], received });
}

// What a tool gave may have empty fields; bytes have none.
const unread = ['json', 'bytes'];

/** Looks for blank texts at any depth. */
function checkTexts(value: object, place: Place, report: Report): void {
  for (const [key, inner] of Object.entries(value)) {
    const path = `${place.path}${Array.isArray(value) ? `[${key}]` : `.${key}`}`;
    if (key === 'text' && typeof inner === 'string' && inner.trim() === '') {
      const received = inner === '' ? 'empty' : 'white space only';
      report.problems.push({ ...place, path, code: 'blank_text', received });
    } else if (typeof inner === 'object' && inner !== null && !unread.includes(key)) {
      checkTexts(inner, { ...place, path }, report);
    }
  }
}
