import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/**
 * Holds what stands in a file between `<!-- name: made by … -->` and `<!-- /name -->` to what it is made of: says what
 * to run where the two differ, which needs nothing to be built, and with `--write` writes it anew.
 */
export function holdGenerated(file: string, name: string, script: string, wanted: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  const [begin, end] = [`<!-- ${name}: made by ${script} -->\n`, `<!-- /${name} -->`];
  const [before = '', rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) {
    console.error(`${file}: it has no place for its ${name}. Put in: ${begin}${end}`);
    process.exitCode = 1;
    return;
  }
  const whole = `${before}${begin}\n${wanted}\n\n${end}${after}`;
  if (whole === text) return;
  if (process.argv[2] === '--write') {
    writeFileSync(join(root, file), whole);
  } else {
    console.error(
      `${file}: its ${name} are not what they are made of. Run: node --conditions=@outcrop/source ${script} --write`,
    );
    process.exitCode = 1;
  }
}
