import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { ConfigurationError } from '@outcrop/converse';
import { anObject, type OptionChecks, oneOf, optionProblems } from '@outcrop/converse/options';
import { identitySource } from './auth/search.ts';
import { endpointsIn, endpointsOf } from './direct/endpoint.ts';
import { createNodeTransport } from './direct/node/node-transport.ts';
import { createHttpSender } from './http/http-send.ts';
import { type NodeOptions, nodeChecks, noticesIn, regionIn } from './node-options.ts';
import type { RequestHandler } from './sdk/handler.ts';
import { createSdkTransport } from './sdk/sdk-transport.ts';
import { type BedrockService, createService } from './service.ts';

/** How Bedrock is reached through the AWS SDK. */
export type BedrockOptions = NodeOptions & {
  /**
   * `direct` signs and sends without the AWS SDK's client, for a fraction of the time.
   * @default 'sdk'
   */
  transport?: 'sdk' | 'direct' | undefined;
  /**
   * What the AWS SDK sends with instead of our own connections, such as its `NodeHttp2Handler`. `connectMs` has no
   * effect then, because none of them tells when a connection stands.
   */
  requestHandler?: RequestHandler | undefined;
};

/** Bedrock through the AWS SDK. */
export interface Bedrock extends BedrockService {
  /**
   * The AWS SDK's own client of a region, the one that our calls go through: what is hooked into its middleware sees
   * them too. Its own calls are not retried either.
   */
  client(region: string): Promise<BedrockRuntimeClient>;
}

/**
 * Bedrock through the AWS SDK, which is loaded with the first call. Without it, `import` works, `isAvailable()` is
 * false, and a call says what to install.
 *
 * @example
 * ```ts
 * import { textOf, type Target } from '@outcrop/converse';
 * import { createBedrock } from '@outcrop/providers';
 *
 * async function ask(target: Target, question: string): Promise<string> {
 *   await using bedrock = createBedrock({ auth: { profile: 'dev' } });
 *   const messages = [{ role: 'user' as const, content: [{ text: question }] }];
 *   return textOf(await bedrock.connect(target).converse({ messages }));
 * }
 * ```
 */
export function createBedrock(options: BedrockOptions = {}): Bedrock {
  const problems = optionProblems(options, checks);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { auth = 'auto', endpoint, agent, requestHandler, env = process.env, transport = 'sdk' } = options;
  if (requestHandler !== undefined && agent !== undefined) {
    const message = 'it makes its own connections, so give it the agent.';
    throw new ConfigurationError([{ path: 'requestHandler', message }]);
  }
  const sender = createHttpSender({ agent, env });
  const identity = identitySource(auth, env, options.wallNow);
  // Not left to AWS's client, which would look into the environment of the process whatever `env` is.
  const endpoints = endpointsOf(endpoint, endpointsIn(env));
  const sdk = createSdkTransport({
    sender,
    identity,
    endpoints,
    fips: options.fips,
    dualstack: options.dualstack,
    requestHandler,
  });
  const direct = () => createNodeTransport({ ...options, sender, identity, endpoints, env });
  const service = createService(transport === 'sdk' ? sdk : direct(), {
    ...options,
    region: options.region ?? regionIn(env),
    notices: noticesIn(env),
  });
  return { ...service, client: sdk.client };
}

const checks: OptionChecks<BedrockOptions> = {
  ...nodeChecks,
  transport: oneOf(['sdk', 'direct']),
  requestHandler: anObject('handle'),
};
