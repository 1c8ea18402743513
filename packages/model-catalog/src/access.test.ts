import {
  createCatalog,
  getAvailableModels,
  getAvailableRegions,
  getModelAccessInfo,
  validateConfiguration,
} from '@outcrop/model-catalog';
import { expect, test } from 'vitest';

const catalog = createCatalog();

test('models that are retired are not available', () => {
  const models = getAvailableModels(catalog, 'us-east-1');
  expect(
    ['Nova Lite', 'Claude Haiku 4.5', 'Claude 3 Haiku', 'GPT-6 Luna'].map((name) => models.includes(name)),
  ).toEqual([true, true, false, false]);
});

test('regions of a model are those that it can be called from', () => {
  expect(getAvailableRegions(catalog, 'Llama 4 Scout')).toEqual(['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2']);
  expect(getAvailableRegions(catalog).length).toBeGreaterThan(30);
});

test.each([
  ['Claude Haiku 4.5', 'us-east-1', ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'geo']],
  ['Nova Lite', 'us-east-1', ['amazon.nova-lite-v1:0', 'in_region']],
  ['Llama 4 Scout', 'eu-west-1', undefined],
  ['No such model', 'us-east-1', undefined],
])('access info of %s in %s', (model, region, expected) => {
  const info = getModelAccessInfo(catalog, model, region);
  expect(info && [info.modelId, info.accessMethod]).toEqual(expected);
});

test('a set-up that works', () => {
  expect(
    validateConfiguration(catalog, { models: ['Claude Haiku 4.5', 'Nova Lite'], regions: ['us-east-1', 'us-west-2'] }),
  ).toEqual({
    valid: true,
    modelRegionCombinations: 4,
    errors: [],
    warnings: [],
  });
});

test('a set-up with every mistake at once', () => {
  const models = ['Claude Haiku 4.6', 'Claude 3 Haiku', 'Llama 4 Scout', 'Nova Premier'];
  const report = validateConfiguration(catalog, { models, regions: ['us-east-1', 'moon-north-1'], residency: ['us'] });
  const shown = ({ path, message }: { path: string; message: string }) => `${path}: ${message.slice(0, 50)}`;
  expect({ ...report, errors: report.errors.map(shown), warnings: report.warnings.map(shown) }).toEqual({
    valid: false,
    modelRegionCombinations: 3,
    errors: [
      "models[0]: No model is called 'Claude Haiku 4.6'. Nearest: Cl",
      'regions[1]: None of the models has a known route from moon-nor',
    ],
    warnings: [
      'models[1]: Claude 3 Haiku has no known route from moon-north-',
      'models[1]: Claude 3 Haiku is retired since 2026-09-10; its su',
      'models[2]: Llama 4 Scout 17B Instruct has no known route from',
      'models[3]: Nova Premier has no known route from moon-north-1 ',
    ],
  });
});

test.each([
  [{ models: [], regions: [] }, ['models', 'regions']],
  [{ models: ['Nova Lite'], regions: ['eu-west-1'], residency: ['us'] }, ['models[0]']],
  [{ models: ['Nova Lite'], regions: ['moon-north-1'] }, ['models[0]', 'regions[0]']],
  [
    { models: ['Nova Lite', 'Nowhere'], regions: ['us-east-1'], residency: ['us', 'moon'] },
    ['residency[1]', 'models[1]'],
  ],
])('%o is not valid', (configuration, paths) => {
  const { valid, errors } = validateConfiguration(catalog, configuration);
  expect([valid, errors.map(({ path }) => path)]).toEqual([false, paths]);
});
