import { LLMManager as Manager, type ManagerOptions } from '@outcrop/manager';
import { createCatalog, estimateTokens, refreshCatalog } from '@outcrop/model-catalog';
import { type Bedrock, type BedrockOptions, createBedrock } from '@outcrop/providers';

/** What an {@link LLMManager} is made of: models, and whatever is to be other than it is by itself. */
export type LLMManagerOptions = Omit<ManagerOptions, 'connect' | 'catalog' | 'regions' | 'refresh'> &
  Partial<Pick<ManagerOptions, 'catalog'>> &
  Pick<
    BedrockOptions,
    'auth' | 'endpoint' | 'transport' | 'fips' | 'dualstack' | 'agent' | 'requestHandler' | 'formats' | 'cache' | 'env'
  > & {
    /** The preferred one first. @default the region of the environment: `AWS_REGION`, else `AWS_DEFAULT_REGION` */
    regions?: readonly string[] | undefined;
  };

/**
 * Many models in many regions of Amazon Bedrock as one answer. See the class of the same name in `@outcrop/manager`
 * for all that it does: this one brings the connections, the catalog and the credentials with it.
 *
 * @example
 * ```ts
 * import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';
 *
 * const manager = new LLMManager({ models: ['Claude Haiku 4.5', 'Nova Lite'], regions: ['us-east-1', 'us-west-2'] });
 * const message = await createUserMessage().addText('What is in this picture?').addLocalImage('chart.png').build();
 * const reply = await manager.converse({ messages: [message] });
 *
 * console.log(textOf(reply), reply.servedBy, reply.cost);
 * ```
 */
export class LLMManager extends Manager {
  /** What is below: raw clients, token counts, guardrails, lists. */
  readonly bedrock: Bedrock;

  /** Nothing is sent, and nothing of AWS is loaded, before the first call. */
  constructor(options: LLMManagerOptions) {
    const { models, regions, ...others } = options ?? {};
    const first: unknown = regions?.[0];
    const region = typeof first === 'string' && first.trim() !== '' ? first : undefined;
    const bedrock = createBedrock({ ...others, estimateTokens, ...(region !== undefined && { region }) });
    const { env = process.env, catalog = createCatalog() } = others;
    super({
      ...others,
      models,
      regions: regions ?? regionsIn(env),
      catalog,
      connect: bedrock.connect,
      refresh: (listing) => refreshCatalog({ ...listing, list: bedrock.listRegion }),
    });
    this.bedrock = bedrock;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.bedrock.close();
  }
}

function regionsIn(env: NodeJS.ProcessEnv): string[] {
  const region = env['AWS_REGION']?.trim() || env['AWS_DEFAULT_REGION']?.trim();
  return region ? [region] : [];
}
