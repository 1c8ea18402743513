import type { Client } from '../client.ts';
import { createClient as createManaged } from './manager-sdk.ts';

export function createClient(endpoint: string): Client {
  return createManaged(endpoint, 'direct');
}
