import { createCatalog, estimateTokens, refreshCatalog } from '@outcrop/model-catalog';
import { createBedrock } from '@outcrop/providers/direct';
import { expect, test } from 'vitest';
import { question, target } from './scene.ts';

const auth = { apiKey: 'a-key' };

test('a catalog is refreshed by what the providers list', async () => {
  const known = createCatalog().snapshot.models.find(({ id }) => id === 'amazon.nova-lite-v1:0');
  const listed = {
    modelId: 'acme.granite-v1:0',
    modelName: 'Granite',
    providerName: 'Acme',
    inferenceTypesSupported: ['ON_DEMAND'],
  };
  const bedrock = createBedrock({
    auth,
    random: () => 0,
    fetch: async (url) =>
      Response.json(
        url.includes('/foundation-models')
          ? { modelSummaries: [listed, { modelId: known?.id, inferenceTypesSupported: ['ON_DEMAND'] }] }
          : { inferenceProfileSummaries: [] },
      ),
  });
  const { added, failures } = await refreshCatalog({ list: bedrock.listRegion, regions: ['us-east-1'] });
  expect({ added, failures }).toEqual({ added: ['Granite'], failures: [] });
});

test("tokens are estimated by the catalog's estimate where the service counts none", async () => {
  const bedrock = createBedrock({ auth, estimateTokens, fetch: () => expect.fail('Nobody should be asked.') });
  const counted = await bedrock.countTokens({ ...target, traits: { countTokens: false } }, question);
  expect(counted).toEqual({ inputTokens: estimateTokens(question).tokens, exact: false });
});
