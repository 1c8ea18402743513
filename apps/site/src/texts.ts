// What is for programs that read: `llms.txt`, which says what there is, and `llms-full.txt`, which holds all of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EntryText } from './declarations.ts';
import { frontPage, guides, type Page, packages, readmeOf } from './pages.ts';

/** Writes both into a folder, and the pages as Markdown beside them. */
export function writeTexts(folder: string, entries: readonly EntryText[]): void {
  const front = frontPage();
  const [summary = ''] = front.text.split('\n\n');
  const allGuides = guides().map((page) => ({ page, path: `markdown/guides/${basename(page.file)}`, about: firstSentence(page) }));
  const allReadmes = packages.map((each) => {
    const page = readmeOf(each);
    return { page, path: `markdown/packages/${each.manifest.name.replace('@outcrop/', '')}.md`, about: firstSentence(page) };
  });
  for (const kind of ['guides', 'packages']) mkdirSync(join(folder, 'markdown', kind), { recursive: true });
  for (const { page, path } of [...allGuides, ...allReadmes]) writeFileSync(join(folder, path), markdown(page));

  const lines = (list: typeof allGuides) => list.map(({ page, path, about }) => `- [${page.title}](${path}): ${about}`);
  const index = [
    `# ${front.title}\n\n> ${summary}`,
    `- [Everything in one file](llms-full.txt): the front page, the guides, the READMEs and every public declaration`,
    `## Guides\n\n${lines(allGuides).join('\n')}`,
    `## Packages\n\n${lines(allReadmes).join('\n')}`,
  ];
  writeFileSync(join(folder, 'llms.txt'), `${index.join('\n\n')}\n`);

  const declarations = entries.map(({ name, code }) => `## ${name}\n\n\`\`\`ts\n${code}\n\`\`\``);
  const pages = [front, ...allGuides.map(({ page }) => page), ...allReadmes.map(({ page }) => page)];
  const everything = [...pages.map(markdown), `# Every public declaration\n\n${declarations.join('\n\n')}`];
  writeFileSync(join(folder, 'llms-full.txt'), `${everything.join('\n\n---\n\n')}\n`);
}

function markdown({ title, text }: Page): string {
  return `# ${title}\n\n${text}\n`;
}

function firstSentence({ text }: Page): string {
  return /^.+?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? '';
}
