import { createSharedMemory, LLMManager } from '@outcrop/bedrock';
import { type Client, called, credentials } from '../client.ts';
import { clientOf } from '../converse-client.ts';

export function createClient(endpoint: string, transport: 'sdk' | 'direct' = 'sdk'): Client {
  const manager = new LLMManager({
    models: [called.model],
    regions: [called.region, 'us-west-2', 'us-east-2', 'eu-west-1'],
    endpoint,
    transport,
    auth: { credentials },
    // With nothing known of its quotas it would begin slowly.
    memory: createSharedMemory({ limits: () => ({ known: { requestsPerMinute: 6_000_000, tokensPerMinute: 1e10 } }) }),
  });
  return clientOf(manager, () => manager.close());
}
