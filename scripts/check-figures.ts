// Holds the figures in the front page and in `bench/results/latest.md` to those of the last run of `pnpm bench`:
// `check-figures.ts` fails where they differ, and `check-figures.ts --write` writes them anew.
import { readResults } from '../bench/src/results.ts';
import { circumstances, legend, longTable, shortTable } from '../bench/src/tables.ts';
import { holdGenerated } from './generated.ts';

const script = 'scripts/check-figures.ts';
const results = readResults();

holdGenerated('README.md', 'figures', script, `${shortTable(results)}\n\n${circumstances(results)}`);
holdGenerated(
  'bench/results/latest.md',
  'figures',
  script,
  [circumstances(results), legend(), longTable(results)].join('\n\n'),
);
