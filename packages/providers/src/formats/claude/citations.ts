import type { Citation, CitationDelta, CitationLocation, Warning } from '@outcrop/converse';
import { type JsonObject, present } from '../fields.ts';
import { countIn, type Fields, maybeTextAt, textAt } from '../read-body.ts';

type Location = 'documentChar' | 'documentPage' | 'documentChunk' | 'searchResultLocation';

/** Where a citation points, in Converse's words and in Claude's. */
const places = [
  {
    ours: 'documentChar',
    type: 'char_location',
    index: 'document_index',
    from: 'start_char_index',
    to: 'end_char_index',
  },
  {
    ours: 'documentPage',
    type: 'page_location',
    index: 'document_index',
    from: 'start_page_number',
    to: 'end_page_number',
  },
  {
    ours: 'documentChunk',
    type: 'content_block_location',
    index: 'document_index',
    from: 'start_block_index',
    to: 'end_block_index',
  },
  {
    ours: 'searchResultLocation',
    type: 'search_result_location',
    index: 'search_result_index',
    from: 'start_block_index',
    to: 'end_block_index',
  },
] as const satisfies readonly { ours: Location; type: string; index: string; from: string; to: string }[];

/** A citation of Claude's in Converse's words. One of a kind that nobody here knows keeps its text and its title. */
export function citationIn(citation: Fields, path: string): CitationDelta {
  const { type, cited_text, document_title, title = document_title, source, url } = citation;
  const name = maybeTextAt(title, `${path}.title`);
  const cited = maybeTextAt(cited_text, `${path}.cited_text`);
  const from = maybeTextAt(source, `${path}.source`);
  return {
    ...(name !== undefined && { title: name }),
    ...(from !== undefined && { source: from }),
    ...(cited !== undefined && { sourceContent: [{ text: cited }] }),
    ...locationIn(citation, type, url, path),
  };
}

function locationIn(citation: Fields, type: unknown, url: unknown, path: string): { location?: CitationLocation } {
  if (type === 'web_search_result_location') return { location: { web: { url: textAt(url, `${path}.url`) } } };
  const place = places.find((known) => known.type === type);
  if (!place) return {};
  const numbers = [countIn(citation[place.index]), countIn(citation[place.from]), countIn(citation[place.to])];
  const names = [place.ours === 'searchResultLocation' ? 'searchResultIndex' : 'documentIndex', 'start', 'end'];
  const span = Object.fromEntries(
    names.map((name, index) => [name, numbers[index]]).filter(([, value]) => value !== undefined),
  );
  return { location: { [place.ours]: span } as CitationLocation };
}

/** The citations of an earlier answer. Those that Claude could not read back are left out. */
export function citationsOf(citations: readonly Citation[], path: string, warnings: Warning[]): JsonObject[] {
  return citations.flatMap((citation, index) => {
    const place = places.find(({ ours }) => citation.location?.[ours]);
    if (!place) {
      const message = 'A source of an earlier answer was left out: Claude does not read one of its kind back.';
      warnings.push({ code: 'citations_dropped', message, path: `${path}.citations[${index}]` });
      return [];
    }
    const { documentIndex, searchResultIndex, start, end } = (citation.location?.[place.ours] ?? {}) as Span;
    const ofSearch = place.ours === 'searchResultLocation';
    const written = present({
      type: place.type,
      cited_text: (citation.sourceContent ?? []).map(({ text }) => text).join(''),
      [ofSearch ? 'title' : 'document_title']: citation.title,
      source: ofSearch ? citation.source : undefined,
      [place.index]: ofSearch ? searchResultIndex : documentIndex,
      [place.from]: start,
      [place.to]: end,
    });
    return [written];
  });
}

type Span = { documentIndex?: number; searchResultIndex?: number; start?: number; end?: number };
