import { Agent, type IncomingMessage, request as send } from 'node:http';
import type { ConverseRequest } from '@outcrop/converse';
import { type Client, called } from '../client.ts';

/** What no client can be quicker than: it signs nothing and parses nothing, and reads all bytes of an answer. */
export function createClient(endpoint: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const post = (operation: string, request: ConverseRequest) => {
    const body = JSON.stringify(request);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const url = `${endpoint}/model/${encodeURIComponent(called.id)}/${operation}`;
    return new Promise<IncomingMessage>((resolve, reject) => {
      send(url, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
    });
  };
  return {
    async call(request) {
      for await (const _ of await post('converse', request));
      return undefined;
    },
    async stream(request, onText) {
      let begun = false;
      for await (const bytes of await post('converse-stream', request)) {
        begun ||= bytes.includes('contentBlockDelta');
        if (begun) onText(undefined);
      }
    },
    close: () => agent.destroy(),
  };
}
