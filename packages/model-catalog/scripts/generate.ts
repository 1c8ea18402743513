// Writes src/snapshot-data.ts from data/. Run it by `pnpm generate` after a change there; a test notices if you forget.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSnapshot } from './build-snapshot.ts';
import { snapshotModule } from './snapshot-module.ts';

const file = join(import.meta.dirname, '..', 'src', 'snapshot-data.ts');
writeFileSync(file, snapshotModule(buildSnapshot()));
