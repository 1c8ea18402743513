// What is for programs that read: `llms.txt`, which says what there is, and `llms-full.txt`, which holds all of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { root } from '../../../scripts/workspace.ts';
import type { EntryText } from './declarations.ts';
import { frontPage, guides, type Page, packages, readmeOf, repository, textFor } from './pages.ts';

/** A page, and where its Markdown is written. */
type Text = { page: Page; path: string };

// What a program that has read other libraries gets wrong first.
const advice = [
  '`npm install @outcrop/bedrock` is all that a backend needs; `@outcrop/emulator` is for tests without an AWS account.',
  '`build()` of a message is awaited: files are read there.',
  '`converse()` returns a reply or throws. There is no `success` to look at. Test errors with `isConverseError(error)` and `error.code`, not with `instanceof`.',
  'Requests, replies and events are plain data in the spelling of AWS (`messages`, `inferenceConfig.maxTokens`, `toolUseId`); options of ours are camelCase, literals snake_case. There are no enums.',
  'Models are named once, where a manager is made, and never in a request. Regions, routes (`us.` ids) and retries are its business: wrap no loop around it.',
  'Set `inferenceConfig.maxTokens`: Bedrock reserves that much of the quota.',
  'Many requests are `ParallelLLMManager` or `runAll`: they resolve with one outcome for each request and do not throw because some failed.',
];

/** Writes both into a folder, and the pages as Markdown beside them. */
export function writeTexts(folder: string, entries: readonly EntryText[]): void {
  const front: Text = { page: frontPage(), path: 'markdown/README.md' };
  const allGuides = guides().map((page): Text => ({ page, path: `markdown/guides/${basename(page.file)}` }));
  // From the top down: who asks means the whole, mostly.
  const readmes = packages.toReversed().map((each): Text => {
    return { page: readmeOf(each), path: `markdown/packages/${basename(each.folder)}.md` };
  });
  const texts = [front, ...allGuides, ...readmes];
  const paths = new Map(texts.map(({ page, path }) => [page.file, path]));
  const markdown = (page: Page, from: string) => {
    const text = textFor(page, (file) => {
      const other = paths.get(file);
      if (other !== undefined) return posix.relative(from, other);
      return `${repository}/raw/main/${relative(root, file).replaceAll('\\', '/')}`;
    });
    return `# ${page.title}\n\n${text}\n`;
  };
  for (const { page, path } of texts) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), markdown(page, posix.dirname(path)));
  }

  const heading = `# ${front.page.title}\n\n> ${firstParagraph(front.page)}`;
  const lines = (list: Text[]) => list.map(({ page, path }) => `- [${page.title}](${path}): ${firstParagraph(page)}`);
  const index = [
    heading,
    advice.map((each) => `- ${each}`).join('\n'),
    '## Everything\n\n- [Everything in one file](llms-full.txt): the front page, the guides, the READMEs and every public declaration',
    `## Guides\n\n${lines(allGuides.filter((each) => !isOptional(each))).join('\n')}`,
    `## Packages\n\n${lines(readmes).join('\n')}`,
    // By the convention (llmstxt.org) what may be left out where room is short.
    `## Optional\n\n${lines(allGuides.filter(isOptional)).join('\n')}`,
  ];
  writeFileSync(join(folder, 'llms.txt'), `${index.join('\n\n')}\n`);

  const contents = `This file is everything that is written about it, for coding assistants: ${texts.length} pages, each under a heading of the first level, and at the end "Every public declaration", by the entry that it is imported from.`;
  const declarations = entries.map(({ name, code }) => `## ${name}\n\n\`\`\`\`ts\n${code}\n\`\`\`\``);
  const everything = [
    `${heading}\n\n${contents}\n\n${advice.map((each) => `- ${each}`).join('\n')}`,
    ...texts.map(({ page }) => markdown(page, '.')),
    `# Every public declaration\n\n${declarations.join('\n\n')}`,
  ];
  writeFileSync(join(folder, 'llms-full.txt'), `${everything.join('\n\n---\n\n')}\n`);
}

function isOptional({ page }: Text): boolean {
  return page.title.startsWith('From ');
}

function firstParagraph({ text }: Page): string {
  return (text.split('\n\n')[0] ?? '').replaceAll('\n', ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
