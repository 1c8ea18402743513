// What a search engine or a chat shows of a page: its first sentences, where TypeDoc says the same of every page.
import {
  type CommentDisplayPart,
  DeclarationReflection,
  DocumentReflection,
  type PageEvent,
  ProjectReflection,
} from 'typedoc';

/** Puts the beginning of a page into its description. */
export function describePage(page: Pick<PageEvent, 'model' | 'contents'>): void {
  const text = plainText((partsOf(page.model) ?? []).map(({ text }) => text).join(''));
  if (text === '' || page.contents === undefined) return;
  page.contents = page.contents.replace(/(<meta name="description" content=")[^"]*/, (_, before) => before + text);
}

function partsOf(model: PageEvent['model']): readonly CommentDisplayPart[] | undefined {
  if (model instanceof DocumentReflection) return model.content;
  if (!(model instanceof DeclarationReflection || model instanceof ProjectReflection)) return undefined;
  const signatures = model instanceof DeclarationReflection ? (model.signatures ?? []) : [];
  return model.readme ?? [model, ...signatures].find(({ comment }) => comment !== undefined)?.comment?.summary;
}

function plainText(markdown: string): string {
  const [paragraph = ''] = markdown.replace(/^# .*\n+/, '').split('\n\n');
  const text = paragraph.replace(/\[([^\]]*)\]\([^)]*\)|[*`]/g, '$1').replace(/\s+/g, ' ');
  return text.trim().replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
