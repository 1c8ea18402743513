import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { type Changes, createMiniature, editJson } from './miniature.ts';

const miniature = createMiniature();
afterAll(() => miniature.remove());

miniature.change({
  'packages/converse/dist/index.js': 'export const greet = (name) => "Hello, " + name;\n',
  'packages/converse/dist/index.d.ts': 'export declare function greet(name: string): string;\n',
});

function checkArtefact(changes: Changes = {}) {
  const { code, output } = miniature.runWith(changes, 'packages/converse', 'node', '../../scripts/check-artefact.ts');
  // A few bytes come and go with esbuild's versions; and two streams are joined here, in no sure order.
  return {
    code,
    lines: output
      .replace(/\d\.\d\d kB of/g, '… kB of')
      .split('\n')
      .sort(),
  };
}

const weight = '@outcrop/converse: … kB of 1 (minified, brotli)';

test('a sound artefact passes, and its entries say what they weigh', () => {
  expect(checkArtefact()).toEqual({ code: 0, lines: [weight] });
});

test('what an entry loads on demand does not count against its budget', () => {
  const { code, lines } = checkArtefact({
    'layers.json': (text) => text.replace('{ ".": 1 }', '{ ".": 0.2 }'),
    'packages/converse/dist/index.js': "export const greet = () => import('./lazy.js');\n",
    'packages/converse/dist/lazy.js': `export const noise = '${randomBytes(400).toString('hex')}';\n`,
  });
  expect({ code, lines }).toEqual({
    code: 0,
    lines: [
      expect.stringMatching(/^@outcrop\/converse: … kB of 0\.2 \(minified, brotli\), and 0\.[45]\d kB on demand$/),
    ],
  });
});

test.each<[name: string, changes: Changes, lines: string[]]>([
  [
    'an entry over its budget',
    { 'layers.json': (text) => text.replace('{ ".": 1 }', '{ ".": 0.01 }') },
    [
      '@outcrop/converse is over its budget of 0.01 kB. Make it lighter, or argue for more in layers.json.',
      '@outcrop/converse: … kB of 0.01 (minified, brotli)',
    ],
  ],
  [
    'a size on the front page that is no longer so',
    { 'README.md': '| [`@outcrop/converse`](packages/converse) | greets | browsers, Node | 5.0 kB |\n' },
    [expect.stringMatching(/^README\.md: says that @outcrop\/converse has 5\.0 kB, but it has 0\.\d\.$/), weight],
  ],
  [
    'a global of Node',
    { 'packages/converse/dist/index.js': 'export const greet = () => setImmediate(() => {});\n' },
    ["dist/index.js:1: uses Node's global 'setImmediate', and @outcrop/converse has to run in a browser."],
  ],
  [
    'a built-in module of Node',
    { 'packages/converse/dist/index.js': "export { hostname as greet } from 'os';\n" },
    ["dist/index.js:1: imports Node's 'os', and @outcrop/converse has to run in a browser."],
  ],
  [
    'a global of Node in what is loaded later',
    {
      'packages/converse/dist/index.js': "export const greet = () => import('./lazy.js');\n",
      'packages/converse/dist/lazy.js': 'export const id = process.pid;\n',
    },
    ["dist/lazy.js:1: uses Node's global 'process', and @outcrop/converse has to run in a browser."],
  ],
  [
    'a file nobody should get',
    { 'packages/converse/dist/greet.test.js': '', 'packages/converse/dist/notes.txt': '' },
    [
      weight,
      'dist/greet.test.js would be published: keep it out by the "files" of package.json.',
      'dist/notes.txt would be published: keep it out by the "files" of package.json.',
    ],
  ],
  [
    'no licence',
    { LICENSE: undefined },
    [weight, 'LICENSE is not in the tarball: every package is published with one.'],
  ],
])('%s is refused', (_, changes, lines) => {
  expect(checkArtefact(changes)).toEqual({ code: 1, lines: [...lines].sort() });
});

test('an entry that was not built is refused by publint and by attw', () => {
  const { code, lines } = checkArtefact({
    'packages/converse/package.json': editJson((manifest) => {
      manifest.exports['./json'] = { types: './dist/json.d.ts', default: './dist/json.js' };
    }),
  });
  expect(code).toBe(1);
  expect(lines).toContainEqual(expect.stringMatching(/json\.js but the file does not exist\. \(publint\)$/));
  expect(lines).toContainEqual(expect.stringMatching(/^'\.\/json' when resolved as bundler: Import failed to resolve/));
});
