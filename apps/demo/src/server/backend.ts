import { LLMManager, type TargetName } from '@outcrop/bedrock';
import { type Catalog, createCatalog } from '@outcrop/model-catalog';
import { type EmulatedBedrock, startEmulatedBedrock } from './emulated-bedrock.ts';

/** What answers the page: one manager over a few models and regions, on the emulator or on AWS. */
export type Backend = AsyncDisposable & {
  mode: 'emulator' | 'aws';
  models: readonly string[];
  regions: readonly string[];
  catalog: Catalog;
  manager: LLMManager;
  /** What is called: models in regions by routes, each with a quota of its own. */
  targets: readonly TargetName[];
  emulated?: EmulatedBedrock | undefined;
};

const models = ['Claude Haiku 4.5', 'Nova Pro', 'Claude Sonnet 4.6'];
const regions = ['us-east-1', 'us-west-2'];

/** Connects to an Amazon Bedrock that is started inside, or to the real one with the credentials of the environment. */
export async function startBackend({ aws }: { aws: boolean }): Promise<Backend> {
  const catalog = createCatalog();
  const emulated = aws ? undefined : await startEmulatedBedrock(catalog);
  const manager = new LLMManager({
    models,
    regions,
    catalog,
    // The page shows what came until then, and begins anew.
    onInterruption: 'restart',
    retry: { maxRetries: 1, retryDelayMs: 400 },
    // The page gets codes only; what the service said of an error is for who runs the server.
    ...(aws && { logger: console }),
    ...(emulated && {
      endpoint: emulated.url,
      auth: { credentials: { accessKeyId: 'EMULATED', secretAccessKey: 'emulated' } },
      env: {},
    }),
  });
  const targets = (await manager.validate()).map(({ model, id, region, route }) => ({ model, id, region, route }));
  return {
    mode: aws ? 'aws' : 'emulator',
    models,
    regions,
    catalog,
    manager,
    targets,
    emulated,
    async [Symbol.asyncDispose]() {
      await manager.close();
      await emulated?.[Symbol.asyncDispose]();
    },
  };
}
