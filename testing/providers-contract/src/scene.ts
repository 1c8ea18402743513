import type { Target } from '@outcrop/converse';
import { type BedrockService, createBedrock } from '@outcrop/providers';
import { createBedrock as createDirect } from '@outcrop/providers/direct';
import { createBedrock as createDirectNode } from '@outcrop/providers/direct/node';
import { NodeHttp2Handler } from '@smithy/node-http-handler';

/** What is asked in these tests. */
export const target: Target = {
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'eu-west-2',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'nova',
  traits: {},
};

/** Whose name stands in replies and errors. */
export const name = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'eu-west-2', route: 'in_region' };

const auth = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' } };

export const question = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

/** All ways to the service. */
export const ways: [name: string, create: (endpoint: string) => BedrockService][] = [
  ['the SDK over HTTP/1.1', (endpoint) => createBedrock({ auth, endpoint })],
  ['the SDK over HTTP/2', (endpoint) => createBedrock({ auth, endpoint, requestHandler: new NodeHttp2Handler() })],
  ['direct over fetch', (endpoint) => createDirect({ auth, endpoint })],
  ['direct over Node', (endpoint) => createDirectNode({ auth, endpoint })],
];
