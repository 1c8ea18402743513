import type { ContentBlock, DocumentBlock, Role } from '@outcrop/converse';
import { checkMessage } from './check-message.ts';
import { type NameWish, nameDocuments } from './document-names.ts';
import type { Report } from './findings.ts';
import type { MessageLimits } from './message-limits.ts';
import { blockOf, kindOf, type Part } from './part.ts';

export type ReadMessage = {
  content: ContentBlock[];
  /** The file of each document by the document's name. */
  fileNames: Map<string, string>;
  report: Report;
};

/** Makes blocks of the parts, all files at once, names the documents and checks everything. */
export async function readParts(role: Role, parts: readonly Part[], limits: MessageLimits): Promise<ReadMessage> {
  const wishes = new Map<DocumentBlock, NameWish>();
  const read = await Promise.all(
    parts.map(async (part, index) => {
      const place = { path: `content[${index}]`, block: index };
      // A report of its own, so that the order of what it says does not hang on which file was read first.
      const report = emptyReport();
      const block = await blockOf(part, place, { limits, report, wishes });
      return { kind: block === undefined ? kindOf(part) : Object.keys(block).join(), block, place, report };
    }),
  );
  const report = emptyReport();
  for (const { problems, warnings, causes } of read.map((each) => each.report)) {
    report.problems.push(...problems);
    report.warnings.push(...warnings);
    report.causes.push(...causes);
  }
  const fileNames = nameDocuments(read, wishes, report);
  checkMessage(role, read, limits, report);
  // By block, as the checks of the whole come later; what is about no block goes last.
  report.problems.sort((a, b) => (a.block ?? Number.MAX_VALUE) - (b.block ?? Number.MAX_VALUE));
  return { content: read.flatMap(({ block }) => block ?? []), fileNames, report };
}

function emptyReport(): Report {
  return { problems: [], warnings: [], causes: [] };
}
