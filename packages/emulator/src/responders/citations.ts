import type { Citation, ContentBlock, DocumentBlock, Message, SearchResultBlock } from '@outcrop/converse';

// A citation quotes a passage, not a book.
const quotedLength = 60;

/** One cited block for each document and each passage of the last turn that may be cited. */
export function citedBlocks(messages: Message[]): ContentBlock[] {
  const all = messages.flatMap(({ content }) => content);
  const documents = all.flatMap(({ document }) => document ?? []);
  const passages = all.flatMap(({ searchResult }) => searchResult ?? []);
  return (messages.at(-1)?.content ?? []).flatMap(({ document, searchResult }) => {
    if (document?.citations?.enabled) return citing(document.name, ofDocument(document, documents.indexOf(document)));
    if (searchResult?.citations?.enabled) {
      return citing(searchResult.title, ofPassage(searchResult, passages.indexOf(searchResult)));
    }
    return [];
  });
}

function citing(title: string, citation: Citation): ContentBlock {
  const text = `This stands in ${JSON.stringify(title)}.`;
  return { citationsContent: { content: [{ text }], citations: [{ title, ...citation }] } };
}

/** By pages, characters or chunks, as the source has them. */
function ofDocument({ format = 'txt', source }: DocumentBlock, documentIndex: number): Citation {
  if (source.content) {
    const quoted = quote(source.content[0]?.text ?? '');
    return { ...quoted, location: { documentChunk: { documentIndex, start: 0, end: 1 } } };
  }
  const isPlain =
    source.text !== undefined || (source.bytes !== undefined && ['txt', 'md', 'csv', 'html'].includes(format));
  if (!isPlain) return { location: { documentPage: { documentIndex, start: 1, end: 2 } } };
  const text = source.text ?? new TextDecoder().decode(source.bytes);
  const end = Math.min(text.length, quotedLength);
  return { ...quote(text), location: { documentChar: { documentIndex, start: 0, end } } };
}

function ofPassage({ source, content }: SearchResultBlock, searchResultIndex: number): Citation {
  const location = { searchResultLocation: { searchResultIndex, start: 0, end: 1 } };
  return { source, ...quote(content[0]?.text ?? ''), location };
}

function quote(text: string): Citation {
  return { sourceContent: [{ text: text.slice(0, quotedLength) }] };
}
