// The process in which one detector looks at files again and again: CPU of one look.
import { readFileSync } from 'node:fs';
import { detect } from '@outcrop/file-detect';
import { fileTypeFromBuffer } from 'file-type';

type Look = (bytes: Uint8Array) => Promise<string | undefined>;

const warmUpMs = 200;
const measuredMs = 400;

const detectors: Record<string, Look> = {
  'file-detect': async (bytes) => {
    const found = await detect(bytes);
    return 'format' in found ? found.format : undefined;
  },
  'file-type': async (bytes) => (await fileTypeFromBuffer(bytes))?.ext,
};

const [, , name = '', ...files] = process.argv;
const look = detectors[name] as Look;
const took: Record<string, number> = {};
for (const file of files) {
  const bytes = new Uint8Array(readFileSync(file));
  const format = file.split('.').at(-1);
  const found = await look(bytes);
  if (found !== format) throw new Error(`It takes a ${format} for ${found}.`);
  await looks(bytes, warmUpMs);
  took[file] = await looks(bytes, measuredMs);
}
process.send?.(took, () => process.exit());

/** µs of CPU of one look. */
async function looks(bytes: Uint8Array, ms: number): Promise<number> {
  const until = performance.now() + ms;
  const cpu = process.cpuUsage();
  let count = 0;
  while (performance.now() < until) {
    for (let turn = 0; turn < 20; turn++) await look(bytes);
    count += 20;
  }
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / count;
}
