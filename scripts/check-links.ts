// Checks the relative links of all Markdown files. A link may lead anywhere, so any change of the work tree runs it again.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withoutFencedBlocks } from './markdown.ts';
import { root } from './workspace.ts';

process.chdir(root);
// A corpus holds what others wrote, or what somebody might.
const patterns = ['*.md', ':!*/corpus/files/*'];
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
  encoding: 'utf8',
});
const problems = tracked
  .split('\n')
  .filter((file) => existsSync(file))
  .flatMap(brokenLinks);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function brokenLinks(file: string): string[] {
  const prose = withoutFencedBlocks(readFileSync(file, 'utf8')).replace(/`[^`\n]*`/g, '');
  const link = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*<?([^\s>]+)|(?:href|src)="([^"]+)"/gm;
  return [...prose.matchAll(link)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(target)) return [];
    const [path = '', anchor] = decodeURI(target).split('#');
    const where = `${file}:${prose.slice(0, match.index).split('\n').length}: the link '${target}'`;
    const goal = path === '' ? file : path.startsWith('/') ? path.slice(1) : join(dirname(file), path);
    if (!existsSync(goal)) return [`${where} leads nowhere: there is no ${goal}.`];
    if (anchor === undefined || !goal.endsWith('.md') || anchorsOf(goal).has(anchor)) return [];
    return [`${where} leads to no heading: ${goal} has none that becomes '#${anchor}'.`];
  });
}

/** The anchors of a file's headings, as GitHub makes them, and those it sets itself. */
function anchorsOf(file: string): Set<string> {
  const prose = withoutFencedBlocks(readFileSync(file, 'utf8'));
  const anchors = new Set([...prose.matchAll(/<a [^>]*(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ''));
  for (const [, heading = ''] of prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let copy = 1; anchors.has(unique); copy++) unique = `${anchor}-${copy}`;
    anchors.add(unique);
  }
  return anchors;
}
