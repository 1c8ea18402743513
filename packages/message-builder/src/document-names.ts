import { type DocumentBlock, documentName, isDocumentName } from '@outcrop/converse';
import type { Standing } from './check-message.ts';
import type { Report } from './findings.ts';

/** What a document would like to be called. */
export type NameWish = { name?: string | undefined; filename?: string | undefined };

/**
 * Gives every document of a message a name that Bedrock takes and no other document of the message has: first those
 * that were given one, then those that are named after their file. The same calls always give the same names, which
 * prompt caching needs. Returns which file each name stands for.
 */
export function nameDocuments(
  standings: readonly Standing[],
  wishes: ReadonlyMap<DocumentBlock, NameWish>,
  { warnings }: Report,
): Map<string, string> {
  const documents = standings.flatMap((standing) => documentsIn(standing, wishes));
  const taken = new Set<string>();
  const given = documents.filter(({ wish }) => wish.name !== undefined);
  const others = documents.filter(({ wish }) => wish.name === undefined);
  for (const { document, wish, path } of [...given, ...others]) {
    const { name, filename = '' } = wish;
    document.name = name === undefined ? documentName(filename, taken) : repaired(name, taken);
    taken.add(document.name);
    if (name !== undefined && name !== document.name) {
      const { name: detail } = document;
      warnings.push({ path: `${path}.document.name`, code: 'document_renamed', received: name, detail });
    }
  }
  return new Map(
    documents.flatMap(({ document, wish }) => (wish.filename === undefined ? [] : [[document.name, wish.filename]])),
  );
}

function documentsIn({ block, place }: Standing, wishes: ReadonlyMap<DocumentBlock, NameWish>) {
  const pieces = [
    { document: block?.document, path: place.path },
    ...(block?.toolResult?.content ?? []).map(({ document }, index) => ({
      document,
      path: `${place.path}.toolResult.content[${index}]`,
    })),
  ];
  return pieces.flatMap(({ document, path }) => {
    if (!document) return [];
    // One that came as a block has its wish in the block.
    return [{ document, path, wish: wishes.get(document) ?? { name: document.name || undefined } }];
  });
}

function repaired(name: string, taken: ReadonlySet<string>): string {
  if (isDocumentName(name) && name.trim() !== '' && !taken.has(name)) return name;
  // A name is no path, and `1.2` at its end no extension.
  return documentName(name.replace(/[/\\]|\.(?=\d+$)/g, '-'), taken);
}
