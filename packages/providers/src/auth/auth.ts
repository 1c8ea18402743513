import {
  ConfigurationError,
  ConverseError,
  isConfigurationError,
  isConverseError,
  type Problem,
} from '@outcrop/converse';

/** AWS credentials. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. Never taken from the environment beside keys that were given here. */
  sessionToken?: string | undefined;
};

/** A value, or where to ask for it: a function is asked for each call, and caches what it likes to. */
export type Given<T> = T | (() => T | Promise<T>);

/**
 * Who calls.
 *
 * - `{ apiKey }`: a Bedrock API key.
 * - `{ credentials }`: AWS credentials.
 * - `{ profile }`: a profile of AWS's configuration files, by name.
 * - `{ role }`: a role that is assumed, with what `profile` or the environment gives.
 * - `'auto'`: `AWS_BEARER_TOKEN_BEDROCK`, if it is set and not blank; else AWS's own search: environment, files, SSO,
 *   container, instance.
 */
export type Auth =
  | 'auto'
  | { apiKey: Given<string> }
  | { credentials: Given<Credentials> }
  | { profile: string }
  | { role: Role };

/** A role that is assumed. */
export type Role = {
  arn: string;
  sessionName?: string | undefined;
  externalId?: string | undefined;
  durationSeconds?: number | undefined;
  /** The profile that may assume it. @default what AWS's own search finds */
  profile?: string | undefined;
};

/** What a request is let in with. */
type Identity = { type: 'api_key'; apiKey: string } | ({ type: 'credentials' } & Credentials);

/** Where identities come from. */
export type IdentitySource = {
  type: Identity['type'];
  get(): Promise<Identity>;
  /** Forgets what it holds. Whether the next one may be another. */
  renew(): boolean;
  /** How AWS's own client finds it, if it can: then no other package is needed for that. */
  search?: { profile?: string | undefined } | undefined;
};

/** The source of what was given by value or by function: there is nothing to search for. */
export function givenIdentity(auth: { apiKey: Given<string> } | { credentials: Given<Credentials> }): IdentitySource {
  checkGiven(auth);
  const given = 'apiKey' in auth ? auth.apiKey : auth.credentials;
  return {
    type: 'apiKey' in auth ? 'api_key' : 'credentials',
    async get() {
      const value = typeof given === 'function' ? await asked<string | Credentials>(given) : given;
      const identity: Identity =
        typeof value === 'string'
          ? { type: 'api_key', apiKey: value.trim() }
          : { type: 'credentials', ...pick(value ?? {}) };
      if (identity.type === 'api_key' ? identity.apiKey : identity.accessKeyId && identity.secretAccessKey)
        return identity;
      throw new ConverseError('credentials', 'The function that was given for it gave no credentials.', {
        reason: 'missing',
      });
    },
    // A function is asked again in any case; a value stays what it is.
    renew: () => typeof given === 'function',
  };
}

/** Whether it is a key or credentials, or a function for one of them. Of blank ones {@link givenIdentity} says more. */
export function aGivenIdentity(auth: unknown): string | undefined {
  const { apiKey, credentials } = (auth ?? {}) as { apiKey?: unknown; credentials?: Partial<Credentials> | null };
  if (typeof apiKey === 'string' || typeof apiKey === 'function' || typeof credentials === 'function') return;
  const isPair = [credentials?.accessKeyId, credentials?.secretAccessKey].every((each) => typeof each === 'string');
  return isPair ? undefined : 'an object with apiKey or credentials';
}

/** What a function gives; its failure is one of credentials. */
export async function asked<T>(given: () => T | Promise<T>): Promise<T> {
  try {
    return await given();
  } catch (cause) {
    if (isConverseError(cause) || isConfigurationError(cause)) throw cause;
    const said = cause instanceof Error ? `: ${cause.message}` : '.';
    throw new ConverseError('credentials', `No credentials could be had${said}`, { reason: 'missing', cause });
  }
}

function pick({ accessKeyId = '', secretAccessKey = '', sessionToken }: Partial<Credentials>): Credentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

function checkGiven(auth: { apiKey: Given<string> } | { credentials: Given<Credentials> }): void {
  const problems: Problem[] = [];
  if ('apiKey' in auth) {
    const { apiKey } = auth;
    if (typeof apiKey !== 'function' && !apiKey?.trim()) {
      problems.push({ path: 'auth.apiKey', message: 'it is blank. Give the key, or leave it out for auth: "auto".' });
    }
  } else if (typeof auth.credentials !== 'function') {
    for (const name of ['accessKeyId', 'secretAccessKey'] as const) {
      if (!auth.credentials?.[name]?.trim())
        problems.push({ path: `auth.credentials.${name}`, message: 'it is blank.' });
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}
