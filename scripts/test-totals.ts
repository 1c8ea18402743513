// `test-totals.ts COMMAND…` runs the command and then, as the last line, says how many tests the packages' latest
// results hold (turbo restores them from its cache). Exits as the command does, and with 1 if a test failed or none ran.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from './workspace.ts';

const [command, ...args] = process.argv.slice(2);
const code =
  command === undefined
    ? 0
    : (spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1);

const results = workspacePackages()
  .map(({ folder }) => join(root, folder, '.test-results.json'))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results);
const passed = sum(({ numPassedTests }) => numPassedTests);
// A file that doesn't load has no tests that could fail.
const failed = sum(({ numFailedTests, testResults }) => numFailedTests + testResults.filter(brokenFile).length);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(code !== 0 ? code : failed > 0 || passed === 0 ? 1 : 0);

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

function sum(count: (results: Results) => number): number {
  return results.reduce((total, each) => total + count(each), 0);
}

function brokenFile({ status, assertionResults }: Results['testResults'][number]): boolean {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}
