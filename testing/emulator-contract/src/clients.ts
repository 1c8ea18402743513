import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The real client of AWS, as it comes over HTTP/2 and as behind a proxy over HTTP/1.1, and without its own retries. */
export const transports: [name: string, config: BedrockRuntimeClientConfig][] = [
  ['HTTP/2', {}],
  ['HTTP/1.1', { requestHandler: new NodeHttpHandler() }],
];

export function createClient(endpoint: string, config: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  return new BedrockRuntimeClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1, ...config });
}
