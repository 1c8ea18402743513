import { systemClock } from '@outcrop/retry-core';
import type { IdentitySource } from '../../auth/auth.ts';
import type { HttpSender } from '../../http/http-send.ts';
import { messageBody } from '../../http/message-body.ts';
import type { Transport } from '../../wire/transport.ts';
import { createDirectTransport } from '../direct-transport.ts';
import { type Endpoints, type HostOptions, hostsIn } from '../endpoint.ts';
import { nodeCryptography } from './node-cryptography.ts';

export type NodeTransportOptions = HostOptions & {
  sender: HttpSender;
  identity: IdentitySource;
  endpoints: Endpoints;
  env: NodeJS.ProcessEnv;
  wallNow?: (() => number) | undefined;
};

/** Signs with Node's own cryptography and sends over connections that are kept. */
export function createNodeTransport({
  sender,
  identity,
  endpoints,
  env,
  fips,
  dualstack,
  wallNow = systemClock.wallNow,
}: NodeTransportOptions): Transport {
  const hosts = hostsIn(env);
  return createDirectTransport({
    identity,
    wallNow,
    endpoints,
    fips: fips ?? hosts.fips,
    dualstack: dualstack ?? hosts.dualstack,
    cryptography: nodeCryptography,
    reportsConnection: true,
    async send(request) {
      const message = await sender.send(request);
      return {
        status: message.statusCode ?? 0,
        headers: message.headers as Record<string, string>,
        body: messageBody(message),
      };
    },
    close: sender.close,
  });
}
