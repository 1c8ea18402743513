import { afterAll, expect, test } from 'vitest';
import { createMiniature } from './miniature.ts';

const miniature = createMiniature();
afterAll(() => miniature.remove());

const readme = 'packages/upper/README.md';
const checkSnippets = (markdown: string) =>
  miniature.runWith({ [readme]: markdown }, 'packages/upper', 'node', '../../scripts/check-snippets.ts', 'README.md');

const ts = (code: string, info = 'ts') => `\`\`\`${info}\n${code}\n\`\`\`\n`;
const upper = `import { upper } from '@outcrop/upper';`;

test('snippets may import the package by its name, await, and leave names unused', () => {
  const markdown = ts(`${upper}\nconst text = await Promise.resolve(upper());`) + ts(`const text = 1;`);
  expect(checkSnippets(markdown)).toEqual({ code: 0, output: '2 snippets hold, 0 of them run.' });
});

test('a snippet is run, and what it prints compared', () => {
  const markdown = `${ts(`${upper}\nconsole.log(upper());`, 'ts run')}\n${ts('Hello, upper  ', 'text output')}`;
  expect(checkSnippets(markdown)).toEqual({ code: 0, output: '1 snippets hold, 1 of them run.' });
});

test('a sketch is left alone', () => {
  expect(checkSnippets(ts('upper(…)', 'ts sketch'))).toEqual({ code: 0, output: '0 snippets hold, 0 of them run.' });
});

test.each<[name: string, markdown: string, output: string]>([
  [
    'a wrong type',
    `# Upper\n\n${ts(`${upper}\nconst length: number = upper();`)}`,
    "README.md:5: error TS2322: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'a name the package does not export',
    ts(`import { lower } from '@outcrop/upper';`),
    `README.md:2: error TS2305: Module '"@outcrop/upper"' has no exported member 'lower'.`,
  ],
  [
    'other output than promised',
    `${ts(`${upper}\nconsole.log(upper());`, 'ts run')}\n${ts('Hello, world', 'text output')}`,
    "README.md:7: expected 'Hello, world', but the snippet printed 'Hello, upper'.",
  ],
  [
    'more output than promised',
    `${ts('console.log(1);\nconsole.log(2);', 'ts run')}\n${ts('1', 'text output')}`,
    "README.md:8: expected nothing more, but the snippet printed '2'.",
  ],
  [
    'output without a run',
    ts('1;') + ts('1', 'text output'),
    "README.md:4: 'text output' must follow a 'ts run' block.",
  ],
  ['an unknown mark', ts('1;', 'ts rnu'), "README.md:1: 'ts rnu' is none of 'ts', 'ts run' and 'ts sketch'."],
])('%s is refused', (_, markdown, output) => {
  const outcome = checkSnippets(markdown);
  expect({ ...outcome, output: outcome.output.split('\n')[0] }).toEqual({ code: 1, output });
});

test('a snippet that fails when run is refused, with its own line', () => {
  const { code, output } = checkSnippets(`# Upper\n\n${ts("throw new Error('no');", 'ts run')}`);
  expect(code).toBe(1);
  expect(output).toMatch(/^README\.md:3: the snippet ended with code 1\.\nREADME\.md:4\n/);
});

test('an example in a doc comment is held to the code too', () => {
  const changes = {
    'packages/upper/src/upper.ts': (text: string) =>
      text.replace(
        '/** Greets the layer below. */',
        `/**\n * Greets.\n * @example\n * \`\`\`ts\n * ${upper}\n * upper(1);\n * \`\`\`\n */`,
      ),
  };
  expect(miniature.runWith(changes, 'packages/upper', 'node', '../../scripts/check-snippets.ts')).toEqual({
    code: 1,
    output: 'src/upper.ts:8: error TS2554: Expected 0 arguments, but got 1.',
  });
});

test('a missing file is refused', () => {
  expect(miniature.run('packages/upper', 'node', '../../scripts/check-snippets.ts', 'GUIDE.md')).toEqual({
    code: 1,
    output: expect.stringContaining('GUIDE.md: is missing.'),
  });
});

test.each<[name: string, markdown: string, output: string]>([
  [
    'to a file that is not there',
    'See [the guide](../../docs/guide.md).',
    "packages/upper/README.md:1: the link '../../docs/guide.md' leads nowhere: there is no docs/guide.md.",
  ],
  [
    'to a heading that is not there',
    '\n\nSee [below](#limits) or [converse](../converse/README.md#use).\n\n## Its limits\n',
    `packages/upper/README.md:3: the link '#limits' leads to no heading: packages/upper/README.md has none that becomes '#limits'.
packages/upper/README.md:3: the link '../converse/README.md#use' leads to no heading: packages/converse/README.md has none that becomes '#use'.`,
  ],
])('a link %s is refused', (_, markdown, output) => {
  expect(miniature.runWith({ [readme]: markdown }, '.', 'node', 'scripts/check-links.ts')).toEqual({ code: 1, output });
});

test('links to headings follow the rules of GitHub, and those in code are none', () => {
  const markdown = [
    '[a](#what-converse-is--and-isnt) [b](#twice-1) [c](../converse/README.md#outcropconverse) [d](https://example.com/x)',
    "# What `Converse` is — and isn't",
    '## Twice',
    '## Twice',
    '`[code](nowhere.md)`',
    ts('[fenced](nowhere.md)', 'md'),
  ].join('\n\n');
  expect(miniature.runWith({ [readme]: markdown }, '.', 'node', 'scripts/check-links.ts')).toEqual({
    code: 0,
    output: '',
  });
});
