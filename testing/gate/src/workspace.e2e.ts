import { afterAll, describe, expect, test } from 'vitest';
import { createMiniature } from './miniature.ts';

const miniature = createMiniature();
afterAll(() => miniature.remove());

const undocumented = (text: string) => text.replace('/** Greets whoever is named. */', '');

test('Biome, the manifests and the links of a new package are in order', () => {
  for (const command of [
    ['biome', 'check', '.'],
    ['node', 'scripts/check-manifests.ts'],
    ['node', 'scripts/check-links.ts'],
  ]) {
    expect(miniature.run('.', ...command)).toMatchObject({ code: 0 });
  }
});

test('a snippet in a file that no package looks at is refused', () => {
  const changes = { 'docs/notes.md': '# Notes\n\n```ts\nnobodyLooks();\n```\n' };
  expect(miniature.runWith(changes, '.', 'node', 'scripts/check-manifests.ts')).toEqual({
    code: 1,
    output: "docs/notes.md: has a `ts` block, but no script 'snippets' of a package looks at it.",
  });
});

test('an export that nothing uses is refused', () => {
  // The miniature needs less of the catalog than the repository it is made from.
  const knip = ['knip', '--exclude', 'catalog', '--no-config-hints'];
  expect(miniature.run('.', ...knip)).toEqual({ code: 0, output: '' });
  const changes = { 'packages/upper/src/upper.ts': (text: string) => `${text}\nexport const lonely = 1;\n` };
  expect(miniature.runWith(changes, '.', ...knip)).toEqual({
    code: 1,
    output: expect.stringMatching(/Unused exports \(1\)\nlonely .* packages\/upper\/src\/upper\.ts:8/),
  });
});

test('a type that drifts from the type of AWS is refused, with its place', () => {
  const typecheck = ['tsc', '-p', 'tsconfig.json', '--pretty', 'false'];
  const changes = { 'packages/converse/src/greet.ts': (text: string) => text.replace("'tool_use'", "'tool_usage'") };
  const { code, output } = miniature.runWith(changes, 'packages/converse', ...typecheck);
  expect(code).not.toBe(0);
  expect(output).toMatch(/^src\/greet\.test-d\.ts\(4,\d+\): error TS1360: Type 'Ending' does not satisfy/);
});

test('an export without a doc comment is refused', () => {
  expect(
    miniature.runWith({ 'packages/converse/src/greet.ts': undocumented }, 'apps/site', 'node', 'src/build.ts'),
  ).toEqual({
    code: 1,
    output: expect.stringContaining(
      '@outcrop/converse.greet (CallSignature), defined in @outcrop/converse/src/greet.ts, does not have any documentation',
    ),
  });
});

describe('through the cache', () => {
  const turbo = (...tasks: string[]) => ['turbo', 'run', ...tasks];
  const all = turbo('build', 'typecheck', 'test', 'artefact', 'snippets', 'docs');

  test('a new package passes every step, and the second time nothing runs', () => {
    expect(miniature.run('.', ...all)).toMatchObject({ code: 0 });
    expect(miniature.run('.', ...all).output).toContain('Cached:    12 cached, 12 total');
  });

  test.each(['typecheck', 'test', 'snippets'])('a break below is no stale green above: %s', (task) => {
    const changes = {
      'packages/converse/src/greet.ts': (text: string) =>
        text.replace('(name: string)', '(name: number)').replace('Hello', 'Bye'),
    };
    const { code, output } = miniature.runWith(changes, '.', ...turbo(task));
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`Failed: +@outcrop/upper#${task}`));
  });

  test('an undocumented export below is no stale green of the reference', () => {
    const { code, output } = miniature.runWith(
      { 'packages/converse/src/greet.ts': undocumented },
      '.',
      ...turbo('docs'),
    );
    expect(code).toBe(1);
    expect(output).toMatch(/Failed: +@outcrop\/site#docs/);
  });

  test('a changed script of the gate is no stale green of the artefacts', () => {
    const changes = { 'scripts/check-artefact.ts': "console.error('refused');\nprocess.exit(1);\n" };
    expect(miniature.runWith(changes, '.', ...turbo('artefact'))).toMatchObject({ code: 1 });
  });
});

describe('new-package', () => {
  const newPackage = (...args: string[]) => miniature.run('.', 'node', 'scripts/new-package.ts', ...args);
  const usage = 'new-package: give one name in lower case, like pnpm new-package file-detect [--node].';

  test.each<[args: string[], output: string]>([
    [[], usage],
    [['FileDetect'], usage],
    [['file', 'detect'], usage],
    [['../escape'], usage],
    [['converse'], 'new-package: packages/converse is there already.'],
  ])('refuses %j in one line', (args, output) => {
    expect(newPackage(...args)).toEqual({ code: 2, output });
  });

  test('makes one for Node alone that may import what Node has', () => {
    newPackage('reads-files', '--node');
    miniature.change({
      'packages/reads-files/src/reads-files.ts': `import { basename } from 'node:path';

/** The last part of a path. */
export function readsFiles(path = 'x/reads-files'): string {
  return basename(path);
}
`,
    });
    expect(miniature.run('packages/reads-files', 'pnpm', 'run', 'build')).toMatchObject({ code: 0 });
    expect(miniature.run('.', 'node', 'scripts/check-layers.ts')).toEqual({ code: 0, output: '' });
  });
});

describe('test-totals', () => {
  const totals = (...command: string[]) => miniature.run('.', 'node', 'scripts/test-totals.ts', ...command);
  const results = (
    numPassedTests: number,
    numFailedTests: number,
    numPendingTests: number,
    testResults: unknown[] = [],
  ) => JSON.stringify({ numPassedTests, numFailedTests, numPendingTests, numTodoTests: 0, testResults });

  test.each<[name: string, converse: string, upper: string, code: number, output: string]>([
    ['sums all packages', results(2, 0, 0), results(3, 0, 0), 0, '5 passed, 0 failed'],
    ['names the skipped', results(2, 0, 1), results(3, 0, 0), 0, '5 passed, 0 failed, 1 skipped'],
    ['fails with a failed test', results(2, 1, 0), results(3, 0, 0), 1, '5 passed, 1 failed'],
    ['fails without any test', results(0, 0, 0), results(0, 0, 0), 1, '0 passed, 0 failed'],
    [
      'counts a file that does not load',
      results(2, 0, 0, [{ status: 'failed', assertionResults: [] }]),
      results(3, 0, 0),
      1,
      '5 passed, 1 failed',
    ],
  ])('%s', (_, converse, upper, code, output) => {
    miniature.change({
      'packages/converse/.test-results.json': converse,
      'packages/upper/.test-results.json': upper,
      'packages/gone/.test-results.json': results(100, 0, 0),
    });
    expect(totals()).toEqual({ code, output });
  });

  test('ends as the command does, and counts nothing that was there before', () => {
    miniature.change({ 'packages/upper/.test-results.json': results(100, 0, 0) });
    const script = `
      require('node:fs').writeFileSync('packages/converse/.test-results.json', ${JSON.stringify(results(1, 0, 0))});
      process.exit(3);
    `;
    expect(totals('node', '-e', script)).toEqual({ code: 3, output: '1 passed, 0 failed' });
  });
});
