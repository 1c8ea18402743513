import { Agent } from 'node:http';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Client } from '../client.ts';
import { createClient as createBare } from './aws-sdk.ts';

export function createClient(endpoint: string): Client {
  return createBare(endpoint, {
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 128 }) }),
    cacheMiddleware: true,
  });
}
