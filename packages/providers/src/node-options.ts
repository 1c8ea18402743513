import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Warning } from '@outcrop/converse';
import { anObject, type OptionChecks } from '@outcrop/converse/options';
import { type Auth, aGivenIdentity } from './auth/auth.ts';
import { type Endpoints, type HostOptions, hostChecks } from './direct/endpoint.ts';
import { type ServiceOptions, serviceChecks } from './service.ts';

/** How Bedrock is reached from Node. */
export type NodeOptions = ServiceOptions &
  HostOptions & {
    /** Who calls. @default 'auto' */
    auth?: Auth | undefined;
    /**
     * Where to ask instead, such as the emulator, or with `{ runtime }` a VPC endpoint of the calls of models only.
     * @default `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL_BEDROCK`, `AWS_ENDPOINT_URL`, else AWS
     */
    endpoint?: string | Endpoints | undefined;
    /** What makes the connections, such as an agent for a proxy. @default one that keeps them, and knows `HTTPS_PROXY` */
    agent?: HttpAgent | HttpsAgent | undefined;
    /** @default process.env */
    env?: NodeJS.ProcessEnv | undefined;
  };

export const nodeChecks: OptionChecks<NodeOptions> = {
  ...serviceChecks,
  ...hostChecks,
  auth: isAuth,
  agent: anObject(),
  env: isEnvironment,
};

function isAuth(auth: unknown): string | undefined {
  if (auth === 'auto') return;
  const { profile, role } = (auth ?? {}) as { profile?: unknown; role?: { arn?: unknown } | null };
  if (typeof profile === 'string' || typeof role?.arn === 'string') return;
  return aGivenIdentity(auth) && "'auto', or an object with one of apiKey, credentials, profile and role";
}

function isEnvironment(env: unknown): string | undefined {
  const isOne = anObject()(env) === undefined && Object.values(env as object).every(isTextOrMissing);
  return isOne ? undefined : 'an object of texts, such as process.env';
}

function isTextOrMissing(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

export function regionIn(env: NodeJS.ProcessEnv): string | undefined {
  return env['AWS_REGION']?.trim() || env['AWS_DEFAULT_REGION']?.trim() || undefined;
}

/** What the environment asks for and does not get, to be said with the first reply. */
export function noticesIn(env: NodeJS.ProcessEnv): Warning[] {
  const ignored = ['AWS_MAX_ATTEMPTS', 'AWS_RETRY_MODE'].filter((name) => env[name]?.trim());
  if (ignored.length === 0) return [];
  const message = `${ignored.join(' and ')} of the environment had no effect: nothing is retried here. Say maxRetries to whoever retries, such as the manager.`;
  return [{ code: 'retry_settings_ignored', message }];
}
