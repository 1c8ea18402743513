// What the search finds first: guides and READMEs, which TypeDoc alone finds last or not at all.
import {
  type Application,
  type CommentDisplayPart,
  type DeclarationReflection,
  DocumentReflection,
  IndexEvent,
} from 'typedoc';

/** A word counts the less the longer the text around it is, and pages are long. */
export const pageBoost = 30;

/** Puts READMEs into the index, and gives the headings of all pages a weight between a name's and a sentence's. */
export function setSearch(app: Application): void {
  app.options.setValue('searchInComments', true);
  app.options.setValue('searchInDocuments', true);
  app.options.setValue('searchCategoryBoosts', { Guides: pageBoost, 'Coming from elsewhere': 6 });
  app.options.setValue('searchGroupBoosts', { Modules: 8, Classes: 5, Functions: 5, Interfaces: 2, Properties: 0.4 });
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
