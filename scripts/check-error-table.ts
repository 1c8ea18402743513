// Holds the table of errors in the README of `providers` to its sources: it has every code that they give, and names no
// exception that they do not know.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorAdvice } from '../packages/converse/src/advice.ts';
import { root } from './workspace.ts';

const readme = 'packages/providers/README.md';
const [, table = ''] = /\| what came \| code \|\n([\s\S]*?)\n\n/.exec(readFileSync(join(root, readme), 'utf8')) ?? [];
const sources = globSync('packages/providers/src/**/*.ts', { cwd: root, exclude: ['**/*.{test,e2e}.ts'] });
const source = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
const given = Object.keys(errorAdvice).filter((code) =>
  new RegExp(`code: '${code}'|ConverseError\\(\\s*'${code}'`).test(source),
);
const names = table.match(/\b\w+Exception\b/g) ?? [];
const patterns = [...source.matchAll(/\/(\^.+\$)\/[,;]/g)].map(([, pattern = '']) => new RegExp(pattern));
const problems = [
  ...given.filter((code) => !table.includes(`\`${code}\``)).map((code) => `${readme}: its errors lack '${code}'.`),
  ...names
    .filter((name) => !patterns.some((each) => each.test(name)))
    .map((name) => `${readme}: the code knows no '${name}'.`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
