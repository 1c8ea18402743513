// The Markdown files that the site shows: the front page, the guides in the order of their list, the READMEs.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { readLayers } from '../../../scripts/layers.ts';
import { withoutFencedBlocks } from '../../../scripts/markdown.ts';
import { root, type WorkspacePackage, workspacePackages } from '../../../scripts/workspace.ts';

/** A Markdown file of the repository. */
export type Page = {
  /** Absolute. */
  file: string;
  /** Its first heading. */
  title: string;
  /** Without that heading. */
  text: string;
};

const layers = [...readLayers().keys()];

/** What is published, from the bottom up: a thing belongs to whom it comes from, not to who hands it on. */
export const packages: readonly WorkspacePackage[] = workspacePackages()
  .filter(({ manifest }) => !manifest.private)
  .sort((a, b) => layers.indexOf(a.key) - layers.indexOf(b.key));

/** The front page of the repository, which is that of the site too. */
export function frontPage(): Page {
  return readPage(join(root, 'README.md'));
}

/** The README of a package. */
export function readmeOf({ folder }: WorkspacePackage): Page {
  return readPage(join(root, folder, 'README.md'));
}

/** All guides, in the order in which `docs/guides/README.md` names them. */
export function guides(): Page[] {
  const folder = join(root, 'docs/guides');
  const list = readFileSync(join(folder, 'README.md'), 'utf8');
  const named = [...list.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, file = '']) => file);
  const unnamed = globSync('*.md', { cwd: folder }).filter((file) => file !== 'README.md' && !named.includes(file));
  if (unnamed.length > 0) throw new Error(`docs/guides/README.md does not name ${unnamed.join(', ')}.`);
  return named.map((file) => readPage(join(folder, file)));
}

/** Where it can be read online. */
export const repository = packages[0]?.manifest.repository?.url.replace(/^git\+|\.git$/g, '');

function readPage(file: string): Page {
  const markdown = readFileSync(file, 'utf8');
  const [heading = '', title = basename(file)] = /^# (.+)\n/.exec(markdown) ?? [];
  return { file, title, text: markdown.slice(heading.length).trim() };
}

/** Its text with links for where it will stand: `pathOf` says how it calls another page or a picture. All else is in the repository. */
export function textFor({ file, text }: Page, pathOf: (file: string) => string): string {
  const prose = withoutFencedBlocks(text).split('\n');
  const lines = text.split('\n').map((line, index) =>
    prose[index] === ''
      ? line
      : line.replace(/(\]\()([^)\s#:]+)(#[^)]*)?\)/g, (whole, open, target, anchor = '') => {
          const goal = join(dirname(file), target);
          const page = /\.(png|svg)$/.test(goal) ? goal : pageAt(goal);
          if (page !== undefined) return `${open}${pathOf(page)}${anchor})`;
          const path = relative(root, goal).replaceAll('\\', '/');
          return existsSync(goal) ? `${open}${repository}/blob/main/${path}${anchor})` : whole;
        }),
  );
  return lines.join('\n');
}

/** The file of the site's page that a path stands for: a package's folder is its README, that of the guides the first. */
function pageAt(path: string): string | undefined {
  const name = relative(root, path).replaceAll('\\', '/').replace(/\/$/, '');
  const readme = packages.find(({ folder }) => folder === name || `${folder}/README.md` === name);
  if (name === 'docs/guides') return guides()[0]?.file;
  if (readme !== undefined) return join(root, readme.folder, 'README.md');
  return name === 'README.md' || /^docs\/guides\/(?!README)[\w-]+\.md$/.test(name) ? path : undefined;
}
