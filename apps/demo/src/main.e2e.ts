import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the demo holds its conversation and ends by itself', async () => {
  const main = join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@outcrop/source', main]);
  expect(stdout).toContain('runs examine({"sample":"lake-7","light":"polarised"})');
  expect(stdout).toContain('model  It is gneiss: banded, with feldspar eyes as large as a thumbnail. 🪨');
  expect(stdout).toContain("the advice is 'when_admitted', so it waits 300 ms and calls again");
  expect(stdout).toContain('stream_truncated');
  expect(stdout).toMatch(/what had arrived is kept in error\.partial \(\d+ characters\)\n$/);
});
