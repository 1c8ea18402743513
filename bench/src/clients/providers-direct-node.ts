import { createBedrock } from '@outcrop/providers/direct/node';
import { type Client, credentials } from '../client.ts';
import { clientOf, target } from '../converse-client.ts';

export function createClient(endpoint: string): Client {
  const bedrock = createBedrock({ auth: { credentials }, endpoint });
  return clientOf(bedrock.connect(target), () => bedrock.close());
}
