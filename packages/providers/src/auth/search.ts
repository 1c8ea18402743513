import { systemClock } from '@outcrop/retry-core';
import { type Auth, asked, givenIdentity, type IdentitySource, type Role } from './auth.ts';
import { loadProviders } from './load.ts';

/** The source of any way to say who calls, in Node. */
export function identitySource(
  auth: Auth,
  env: NodeJS.ProcessEnv = process.env,
  wallNow: () => number = systemClock.wallNow,
): IdentitySource {
  if (auth === 'auto') {
    const apiKey = env['AWS_BEARER_TOKEN_BEDROCK']?.trim();
    return apiKey ? givenIdentity({ apiKey }) : searched(() => chain(undefined), {});
  }
  if ('profile' in auth) return searched(() => chain(auth.profile), { profile: auth.profile });
  if ('role' in auth) return searched(async () => kept(await assumed(auth.role), wallNow));
  return givenIdentity(auth);
}

type Found = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date };
type Search = () => Promise<Found>;

/** The search keeps what it found until it expires; a new one has found nothing yet. */
function searched(start: () => Promise<Search>, bySdk?: IdentitySource['search']): IdentitySource {
  let search: Promise<Search> | undefined;
  return {
    type: 'credentials',
    search: bySdk,
    async get() {
      search ??= start();
      try {
        const { accessKeyId, secretAccessKey, sessionToken } = await asked(await search);
        return { type: 'credentials', accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
      } catch (error) {
        // What was not there may be there at the next call.
        search = undefined;
        throw error;
      }
    },
    renew() {
      search = undefined;
      return true;
    },
  };
}

// Credentials that end while their request is under way are refused.
const earlyMs = 5 * 60_000;

/** AWS's provider of a role keeps nothing: it would be assumed for every call. */
function kept(ask: Search, wallNow: () => number): Search {
  let held: { found: Promise<Found>; until: number } | undefined;

  async function find(): Promise<Found> {
    const asking = { found: ask(), until: Number.POSITIVE_INFINITY };
    held = asking;
    try {
      const { expiration } = await asking.found;
      if (expiration) asking.until = expiration.getTime() - earlyMs;
    } catch {
      held = undefined;
    }
    return asking.found;
  }

  return () => (held && wallNow() < held.until ? held.found : find());
}

async function chain(profile: string | undefined): Promise<Search> {
  const { fromNodeProviderChain } = await loadProviders();
  return fromNodeProviderChain(profile === undefined ? {} : { profile });
}

async function assumed({ arn, sessionName, externalId, durationSeconds, profile }: Role): Promise<Search> {
  const { fromTemporaryCredentials } = await loadProviders();
  const params = {
    RoleArn: arn,
    RoleSessionName: sessionName ?? 'outcrop',
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  };
  return fromTemporaryCredentials({ params, masterCredentials: await chain(profile) });
}
