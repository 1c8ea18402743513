// Holds the tables "there | here" of the guides to the code: a name or a literal of ours in a column "here" has to be
// one that some package declares.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { root } from './workspace.ts';

type Node = { type: string; [key: string]: unknown };

const sources = globSync('packages/*/src/**/*.ts', { cwd: root, exclude: ['**/*.{test,test-d,e2e}.ts'] });
const known = new Set<unknown>(['new', 'await', 'const', 'for', 'of', 'if', 'stringify']);
for (const file of sources) gather(parseSync(file, readFileSync(join(root, file), 'utf8')).program);

const problems = globSync('docs/guides/from-*.md', { cwd: root }).flatMap((file) => {
  let here = -1;
  return readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const cells = line.startsWith('|') ? line.replaceAll('\\|', '/').split('|') : [];
      if (cells.length === 0) here = -1;
      else if (here < 0) here = cells.findIndex((cell) => cell.trim() === 'here');
      const names = [...(cells[here] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => namesIn(code));
      const strange = names.filter((name) => !known.has(name) && !(name in globalThis));
      return strange.map((name) => `${file}:${index + 1}: no package declares '${name}'.`);
    });
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

/** Notes what is declared: variables, functions, classes, types, parameters, members, and literals of types and tables. */
function gather(value: unknown): void {
  if (Array.isArray(value)) value.forEach(gather);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const node = value as Node;
  for (const field of ['id', 'key', 'exported']) known.add((node[field] as Node | undefined)?.['name']);
  if (node.type === 'Literal') known.add(node['value']);
  for (const parameter of [node['params'] ?? []].flat()) known.add((parameter as Node)['name']);
  Object.values(node).forEach(gather);
}

/** Identifiers, and literals that are written in snake_case as ours are. Names of models and regions are neither. */
function namesIn(code: string): string[] {
  const literals = [...code.matchAll(/'([^']*)'/g)].map(([, literal = '']) => literal);
  const identifiers = code.replace(/'[^']*'/g, '').match(/@?[\w./-]*@[\w./-]+|[A-Za-z_]\w*/g) ?? [];
  // AWS's environment variables are read by its own packages too.
  const names = identifiers.filter((name) => !name.startsWith('@') && !/^AWS_[A-Z_]+$/.test(name));
  return [...names, ...literals.filter((each) => /^[a-z_]+$/.test(each))];
}
