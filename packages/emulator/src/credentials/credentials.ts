import type { IncomingHttpHeaders } from 'node:http';
import { bedrockError } from '../errors.ts';
import { createLifetime } from './lifetime.ts';
import { sameText } from './same-text.ts';
import { readAuthorization, type Signed, signatureOf, timeOf } from './sigv4.ts';

/** Somebody who may call. */
export type Credential =
  /** Signs what is sent. */
  | {
      accessKeyId: string;
      secretAccessKey: string;
      /** Of temporary credentials. */
      sessionToken?: string | undefined;
      /** Milliseconds since 1970, from which on it is expired. @default never */
      expiresAt?: number | undefined;
    }
  /** Sends a Bedrock API key: `Authorization: Bearer …`. */
  | {
      bearerToken: string;
      /** Milliseconds since 1970, from which on it is expired. @default never */
      expiresAt?: number | undefined;
    };

/** A request as it came over the wire. */
export type ReceivedRequest = { method: string; url: string; headers: IncomingHttpHeaders; body: Uint8Array };

/** Throws what Bedrock says to who may not call. */
export type Verify = (request: ReceivedRequest) => void;

const longestSkewMs = 5 * 60_000;

export type VerifierOptions = {
  credentials: readonly Credential[] | undefined;
  /** From their first use. */
  credentialsLifetimeMs: number | undefined;
  now: () => number;
  wallNow: () => number;
};

/** Verifies signatures and bearer keys against the credentials that there are, if any, and against their time. */
export function createVerifier({
  credentials,
  credentialsLifetimeMs,
  now,
  wallNow,
}: VerifierOptions): Verify | undefined {
  const isWornOut =
    credentialsLifetimeMs === undefined ? undefined : createLifetime({ lifetimeMs: credentialsLifetimeMs, now });
  const verify = credentials && verifyAgainst(credentials, wallNow);
  if (!verify && !isWornOut) return undefined;
  return (request) => {
    verify?.(request);
    if (!isWornOut?.(request.headers)) return;
    const isBearer = request.headers.authorization?.startsWith('Bearer ');
    throw isBearer ? bedrockError('AccessDeniedException', expiredKey) : bedrockError('ExpiredTokenException');
  };
}

function verifyAgainst(credentials: readonly Credential[], wallNow: () => number): Verify {
  function verifyBearer(token: string): void {
    const known = credentials.find((each) => 'bearerToken' in each && sameText(each.bearerToken, token));
    if (known === undefined) throw bedrockError('AccessDeniedException', wrongKey);
    if (isExpired(known)) throw bedrockError('AccessDeniedException', expiredKey);
  }

  function verifySignature(signed: Signed, request: ReceivedRequest): void {
    const { accessKeyId, sessionToken } = signed;
    const known = credentials.find((each) => 'accessKeyId' in each && sameText(each.accessKeyId, accessKeyId));
    if (known === undefined || 'bearerToken' in known) throw bedrockError('UnrecognizedClientException');
    if (!sameText(known.sessionToken ?? '', sessionToken)) throw bedrockError('UnrecognizedClientException');
    if (isExpired(known)) throw bedrockError('ExpiredTokenException');
    if (!sameText(signatureOf(signed, request, known.secretAccessKey), signed.signature)) {
      throw bedrockError('InvalidSignatureException');
    }
  }

  function verifyTime({ amzDate }: Signed): void {
    const now = wallNow();
    const at = timeOf(amzDate);
    if (at < now - longestSkewMs) {
      const earliest = `${stamp(now - longestSkewMs)} (${stamp(now)} - 5 min.)`;
      throw bedrockError('InvalidSignatureException', `Signature expired: ${amzDate} is now earlier than ${earliest}`);
    }
    if (at > now + longestSkewMs) {
      const latest = `${stamp(now + longestSkewMs)} (${stamp(now)} + 5 min.)`;
      throw bedrockError(
        'InvalidSignatureException',
        `Signature not yet current: ${amzDate} is still later than ${latest}`,
      );
    }
  }

  function isExpired({ expiresAt }: Credential): boolean {
    return expiresAt !== undefined && expiresAt <= wallNow();
  }

  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) throw bedrockError('MissingAuthenticationTokenException');
    const [, token] = /^Bearer +(.*)$/i.exec(authorization) ?? [];
    if (token !== undefined) return verifyBearer(token);
    const signed = readAuthorization(request.headers, authorization);
    verifyTime(signed);
    verifySignature(signed, request);
  };
}

const expiredKey = 'Bearer Token has expired';
const wrongKey = 'Authentication failed: Please make sure your API Key is valid.';

/** Such as `20261126T101500Z`. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
