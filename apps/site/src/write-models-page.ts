// Writes the page of all models beside the reference, to dist/models.html.
import { writeFileSync } from 'node:fs';
import { bundledSnapshot } from '@outcrop/model-catalog';
import { modelsPage } from './models-page.ts';

writeFileSync('dist/models.html', modelsPage(bundledSnapshot()));
