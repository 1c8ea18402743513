// What the search finds first: guides and READMEs, which TypeDoc alone finds last or not at all.
import {
  type Application,
  type CommentDisplayPart,
  type DeclarationReflection,
  DocumentReflection,
  IndexEvent,
} from 'typedoc';

/** Puts READMEs into the index, and gives the headings of all pages a weight between a name's and a sentence's. */
export function setSearch(app: Application): void {
  app.options.setValue('searchInComments', true);
  app.options.setValue('searchInDocuments', true);
  app.options.setValue('searchCategoryBoosts', { Guides: 6, 'Coming from elsewhere': 2 });
  app.options.setValue('searchGroupBoosts', { Modules: 3, Classes: 3, Functions: 3, 'Type Aliases': 1.5 });
  app.renderer.on(IndexEvent.PREPARE_INDEX, (event) => {
    event.searchFieldWeights['headings'] = 5;
    for (const [index, result] of event.searchResults.entries()) {
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
