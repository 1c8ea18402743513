import { join } from 'node:path';
import { runChild } from './child.ts';
import { compare, type Measured } from './figure.ts';

const corpus = join(import.meta.dirname, '../../packages/file-detect/corpus/files');
const files = ['gradient.png', 'libreoffice.pdf', 'libreoffice.docx', 'isom.mp4'];

/** What telling a file's format costs, beside file-type, which does the same. */
export function detection(rounds: number): Promise<Measured> {
  const named = files.map((file) => [join(corpus, file), `CPU of detecting a .${file.split('.').at(-1)}`] as const);
  return compare({
    clients: ['file-type', 'file-detect'],
    rounds,
    base: 'file-type',
    units: Object.fromEntries(named.map(([, what]) => [what, 'µs'])),
    take: async (name) => {
      const paths = named.map(([path]) => path);
      const took = await runChild<Record<string, number>>('child-detect', [name, ...paths]);
      return Object.fromEntries(named.map(([path, what]) => [what, took[path] ?? 0]));
    },
  });
}
