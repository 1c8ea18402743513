import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { Converse, Deadlines, Target, Warning } from '@outcrop/converse';
import type { ClockOptions } from '@outcrop/retry-core';
import type { Auth } from './auth/auth.ts';
import { identitySource } from './auth/search.ts';
import { createHttpSender } from './http/http-send.ts';
import type { RequestHandler } from './sdk/handler.ts';
import { createSdkTransport } from './sdk/sdk-transport.ts';
import { createFormats, type InvokeFormat } from './seams.ts';
import { connectTo, type Link } from './wire/connect.ts';

/** How Bedrock is reached. */
export type BedrockOptions = Pick<ClockOptions, 'now' | 'delay'> & {
  auth?: Auth | undefined;
  endpoint?: string | { runtime?: string | undefined; control?: string | undefined } | undefined;
  fips?: boolean | undefined;
  dualstack?: boolean | undefined;
  formats?: readonly InvokeFormat[] | undefined;
  deadlines?: Deadlines | undefined;
  agent?: HttpAgent | HttpsAgent | undefined;
  requestHandler?: RequestHandler | undefined;
  env?: NodeJS.ProcessEnv | undefined;
};

export interface Bedrock extends AsyncDisposable {
  connect(target: Target): Converse;
  client(region: string): Promise<BedrockRuntimeClient>;
  close(): Promise<void>;
}

export function createBedrock(options: BedrockOptions = {}): Bedrock {
  const { auth = 'auto', endpoint, formats = [], env = process.env, now, delay } = options;
  const notices: Warning[] = [];
  const transport = createSdkTransport({
    sender: createHttpSender({ agent: options.agent, env }),
    identity: identitySource(auth, env),
    endpoint: typeof endpoint === 'string' ? { runtime: endpoint } : endpoint,
    fips: options.fips,
    dualstack: options.dualstack,
    requestHandler: options.requestHandler,
  });
  const link: Link = {
    transport,
    formats: createFormats(formats),
    deadlines: { connectMs: 10_000, ...options.deadlines },
    notices,
    now,
    delay,
  };

  async function close(): Promise<void> {
    transport.close();
  }

  return {
    connect: (target) => connectTo(target, link),
    client: transport.client,
    close,
    [Symbol.asyncDispose]: close,
  };
}
