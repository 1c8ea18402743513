import { type Auth, asked, givenIdentity, type IdentitySource, type Role } from './auth.ts';
import { loadProviders } from './load.ts';

/** The source of any way to say who calls, in Node. */
export function identitySource(auth: Auth, env: NodeJS.ProcessEnv = process.env): IdentitySource {
  if (auth === 'auto') {
    const apiKey = env['AWS_BEARER_TOKEN_BEDROCK']?.trim();
    return apiKey ? givenIdentity({ apiKey }) : searched(() => chain(undefined), {});
  }
  if ('profile' in auth) return searched(() => chain(auth.profile), { profile: auth.profile });
  if ('role' in auth) return searched(() => assumed(auth.role));
  return givenIdentity(auth);
}

type Search = () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/** AWS's providers keep what they found until it expires; a new one has found nothing yet. */
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
