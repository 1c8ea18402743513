import { ConfigurationError } from '@outcrop/converse';
import { optionProblems } from '@outcrop/converse/options';
import { identitySource } from '../../auth/search.ts';
import { createHttpSender } from '../../http/http-send.ts';
import { type NodeOptions, nodeChecks, noticesIn, regionIn } from '../../node-options.ts';
import { type BedrockService, createService } from '../../service.ts';
import { endpointsIn, endpointsOf } from '../endpoint.ts';
import { createNodeTransport } from './node-transport.ts';

/** Bedrock over Node's own connections, without the AWS SDK's client. */
export function createBedrock(options: NodeOptions = {}): BedrockService {
  const problems = optionProblems(options, nodeChecks);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { auth = 'auto', endpoint, env = process.env } = options;
  const transport = createNodeTransport({
    ...options,
    env,
    sender: createHttpSender({ agent: options.agent, env }),
    identity: identitySource(auth, env, options.wallNow),
    endpoints: endpointsOf(endpoint, endpointsIn(env)),
  });
  return createService(transport, { ...options, region: options.region ?? regionIn(env), notices: noticesIn(env) });
}
