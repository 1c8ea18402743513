// What the search finds first: guides and READMEs, which TypeDoc alone finds last or not at all.
import {
  type Application,
  type CommentDisplayPart,
  type DeclarationReflection,
  DocumentReflection,
  IndexEvent,
  ReflectionKind,
} from 'typedoc';

/** What a hit in them is worth. A word counts the less the longer the text around it is, and pages are long. */
const boosts: Readonly<Partial<Record<ReflectionKind, number>>> = {
  [ReflectionKind.Document]: 30,
  [ReflectionKind.Module]: 8,
  [ReflectionKind.Class]: 5,
  [ReflectionKind.Function]: 5,
  [ReflectionKind.Interface]: 2,
  [ReflectionKind.Property]: 0.4,
};

/** Puts READMEs into the index, and gives the headings of all pages a weight between a name's and a sentence's. */
export function setSearch(app: Application): void {
  app.options.setValue('searchInComments', true);
  app.options.setValue('searchInDocuments', true);
  app.renderer.on(IndexEvent.PREPARE_INDEX, (event) => {
    event.searchFieldWeights['headings'] = 5;
    for (const [index, result] of event.searchResults.entries()) {
      result.relevanceBoost ??= boosts[result.kind] ?? 1;
      const text = textOf(result);
      if (text === undefined) continue;
      const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
      event.searchFields[index] = { document: text, headings: headings.join('\n') };
    }
  });
}

function textOf(result: DeclarationReflection | DocumentReflection): string | undefined {
  const parts: readonly CommentDisplayPart[] | undefined =
    result instanceof DocumentReflection ? result.content : result.readme;
  return parts?.map(({ text }) => text).join('');
}
