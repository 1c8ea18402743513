// What is for programs that read: `llms.txt`, which says what there is, and `llms-full.txt`, which holds all of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { root } from '../../../scripts/workspace.ts';
import type { EntryText } from './declarations.ts';
import { frontPage, guides, type Page, packages, readmeOf, repository, textFor } from './pages.ts';

/** A page, and where its Markdown is written. */
type Text = { page: Page; path: string };

/** Writes both into a folder, and the pages as Markdown beside them. */
export function writeTexts(folder: string, entries: readonly EntryText[]): void {
  const front: Text = { page: frontPage(), path: 'markdown/README.md' };
  const allGuides = guides().map((page): Text => ({ page, path: `markdown/guides/${basename(page.file)}` }));
  const readmes = packages.map((each): Text => {
    return { page: readmeOf(each), path: `markdown/packages/${basename(each.folder)}.md` };
  });
  const texts = [front, ...allGuides, ...readmes];
  const paths = new Map(texts.map(({ page, path }) => [page.file, path]));
  const markdown = ({ page, path }: Text) => {
    const text = textFor(page, (file) => {
      const other = paths.get(file);
      if (other !== undefined) return posix.relative(posix.dirname(path), other);
      return `${repository}/raw/main/${relative(root, file).replaceAll('\\', '/')}`;
    });
    return `# ${page.title}\n\n${text}\n`;
  };
  for (const each of texts) {
    mkdirSync(join(folder, dirname(each.path)), { recursive: true });
    writeFileSync(join(folder, each.path), markdown(each));
  }

  const lines = (list: Text[]) => list.map(({ page, path }) => `- [${page.title}](${path}): ${firstParagraph(page)}`);
  const index = [
    `# ${front.page.title}\n\n> ${front.page.text.split('\n\n')[0]}`,
    '- [Everything in one file](llms-full.txt): the front page, the guides, the READMEs and every public declaration',
    `## Guides\n\n${lines(allGuides).join('\n')}`,
    `## Packages\n\n${lines(readmes).join('\n')}`,
  ];
  writeFileSync(join(folder, 'llms.txt'), `${index.join('\n\n')}\n`);

  const declarations = entries.map(({ name, code }) => `## ${name}\n\n\`\`\`\`ts\n${code}\n\`\`\`\``);
  const everything = [...texts.map(markdown), `# Every public declaration\n\n${declarations.join('\n\n')}`];
  writeFileSync(join(folder, 'llms-full.txt'), `${everything.join('\n\n---\n\n')}\n`);
}

function firstParagraph({ text }: Page): string {
  return (text.split('\n\n')[0] ?? '').replaceAll('\n', ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
