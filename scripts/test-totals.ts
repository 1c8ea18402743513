// `test-totals.ts COMMAND…` runs a command that tests, and then says, as the last line, how many tests the packages'
// results hold. It exits as the command does, or with 1 if a test failed or there was none.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from './workspace.ts';

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

const files = workspacePackages().map(({ folder }) => join(root, folder, '.test-results.json'));
const [command, ...args] = process.argv.slice(2);
const status = command === undefined ? 0 : run(command, args);

const results = files.filter((file) => existsSync(file)).map((file): Results => JSON.parse(readFileSync(file, 'utf8')));
const passed = sum(({ numPassedTests }) => numPassedTests);
// A file that doesn't load has no tests that could fail.
const failed = sum(({ numFailedTests, testResults }) => numFailedTests + testResults.filter(isBroken).length);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status || (failed > 0 || passed === 0 ? 1 : 0);

function run(command: string, args: string[]): number {
  // Turbo restores those it needs no new ones for; what it doesn't restore belongs to no test of today.
  for (const file of files) rmSync(file, { force: true });
  const env = { TURBO_TELEMETRY_DISABLED: '1', ...process.env };
  return spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status ?? 1;
}

function sum(count: (results: Results) => number): number {
  return results.reduce((total, each) => total + count(each), 0);
}

function isBroken({ status, assertionResults }: Results['testResults'][number]): boolean {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}
