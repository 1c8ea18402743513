import { ConfigurationError } from '@outcrop/converse';
import { aFunction, type OptionChecks, optionProblems, required } from '@outcrop/converse/options';
import { systemClock } from '@outcrop/retry-core';
import { aGivenIdentity, type Credentials, type Given, givenIdentity } from '../auth/auth.ts';
import { type BedrockService, createService, type ServiceOptions, serviceChecks } from '../service.ts';
import { createDirectTransport } from './direct-transport.ts';
import { type Endpoints, endpointsOf, type HostOptions, hostChecks } from './endpoint.ts';
import { createFetchSend, type Fetch } from './fetch-send.ts';
import { webCryptography } from './web-cryptography.ts';

/** How Bedrock is reached from anywhere. */
export type DirectBedrockOptions = ServiceOptions &
  HostOptions & {
    /** Who calls. In a page that others load, only what may be lost: short-lived credentials from a server of yours. */
    auth: { apiKey: Given<string> } | { credentials: Given<Credentials> };
    /** Where to ask instead, such as the emulator, or with `{ runtime }` a VPC endpoint of the calls of models only. */
    endpoint?: string | Endpoints | undefined;
    /** @default the platform's own */
    fetch?: Fetch | undefined;
  };

/**
 * Bedrock over `fetch`, without the AWS SDK: for browsers, workers, edge runtimes and Deno.
 *
 * `connectMs` has no effect here, because `fetch` does not tell when a connection stands.
 *
 * @example
 * ```ts
 * import { type Target, textOf } from '@outcrop/converse';
 * import { createBedrock } from '@outcrop/providers/direct';
 *
 * async function ask(target: Target, apiKey: string, text: string): Promise<string> {
 *   const model = createBedrock({ auth: { apiKey } }).connect(target);
 *   return textOf(await model.converse({ messages: [{ role: 'user', content: [{ text }] }] }));
 * }
 * ```
 */
export function createBedrock(options: DirectBedrockOptions): BedrockService {
  const problems = optionProblems(options, checks);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { auth, endpoint, fips, dualstack, fetch = globalThis.fetch, wallNow = systemClock.wallNow } = options;
  const transport = createDirectTransport({
    identity: givenIdentity(auth),
    endpoints: endpointsOf(endpoint),
    fips,
    dualstack,
    wallNow,
    cryptography: webCryptography,
    reportsConnection: false,
    send: createFetchSend(fetch as Fetch),
  });
  return createService(transport, options);
}

const checks: OptionChecks<DirectBedrockOptions> = {
  ...serviceChecks,
  ...hostChecks,
  auth: required(aGivenIdentity),
  fetch: aFunction,
};
