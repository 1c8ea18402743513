import {
  type ConfigurationError,
  ConverseError,
  type ConverseErrorCode,
  type ConverseErrorContext,
  type ConverseErrorDetails,
  isConfigurationError,
  isConverseError,
} from '@outcrop/converse';
import { isDeadlineError } from '@outcrop/retry-core';
import { judge, type Refusal } from './refusals.ts';

/** The service's refusal as an error. */
export function refusalError(refusal: Refusal, context: ConverseErrorContext): ConverseError {
  const verdict = judge(refusal);
  const message = speakable(refusal.message) || `The service refused with ${refusal.name || `HTTP ${refusal.status}`}.`;
  const data = 'problems' in (verdict.data ?? {}) ? { problems: withSpeakable(verdict.data) } : verdict.data;
  const awsName = refusal.name || undefined;
  return makeError(verdict.code, message, { ...context, ...data, awsName, status: refusal.status });
}

/** An answer that is not the service's, or that nobody can read. */
export function malformedError(message: string, context: ConverseErrorContext): ConverseError {
  return new ConverseError('malformed_reply', message, context);
}

/** What a transport failed with, before or in the middle of an answer. A wrong set-up stays what it is. */
export function connectionError(cause: unknown, context: ConverseErrorContext): ConverseError | ConfigurationError {
  if (isConfigurationError(cause)) return cause;
  if (isConverseError(cause)) return withContext(cause, context);
  if (isDeadlineError(cause)) {
    const { limitMs: deadlineMs, message } = cause;
    const phase = cause.phase === 'attempt' ? 'total' : cause.phase;
    return makeError('timeout', message, { ...context, phase, deadlineMs });
  }
  const codes = [...namesIn(cause)];
  const row = failures.find(({ names }) => codes.some((name) => names.test(name))) ?? unknownFailure;
  const [name] = codes;
  return makeError(row.code, name === undefined ? row.message : `${row.message} (${name})`, {
    ...context,
    ...row.data,
    cause,
  });
}

/** The same error, which now also says where it happened. */
export function withContext(error: ConverseError, context: ConverseErrorContext): ConverseError {
  const { name: _, code, message, attempts: __, ...data } = error.toJson();
  return makeError(code, message, { ...context, ...data, partial: error.partial, cause: error.cause });
}

const failures: readonly { names: RegExp; code: ConverseErrorCode; message: string; data?: object }[] = [
  {
    names: /^(CredentialsProviderError|TokenProviderError|ProviderError)$/,
    code: 'credentials',
    message: 'No AWS credentials were found, or they could not be had.',
    data: { reason: 'missing' },
  },
  {
    names:
      /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/,
    code: 'unavailable',
    message: 'The service could not be reached.',
  },
  {
    names:
      /^(EPROTO|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|HOSTNAME_MISMATCH)$/,
    code: 'unavailable',
    message: 'No secure connection to the service could be made.',
  },
  {
    names: /^(ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|ERR_HTTP2_\w+|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+|HPE_\w+)$/,
    code: 'connection',
    message: 'The connection to the service broke.',
  },
];

const unknownFailure = {
  code: 'connection',
  message: 'The request could not be sent or its answer not be read.',
  data: {},
} as const;

/** The codes and names of an error and of its causes, which is where `fetch` keeps them. */
function* namesIn(error: unknown): Iterable<string> {
  for (let depth = 0, each: unknown = error; depth < 5 && typeof each === 'object' && each !== null; depth++) {
    const { code, name, cause, errors } = each as { code?: unknown; name?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string') yield code;
    if (typeof name === 'string' && !/^(Error|TypeError|AggregateError)$/.test(name)) yield name;
    each = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
}

const longestMessage = 1_000;

/** Bedrock's validation quotes values, which may be somebody's prompt: what is quoted at length is left out. */
function speakable(message: string): string {
  const text = message
    .replace(/\bValue (['"])[\s\S]*?\1 at '/g, "Value '…' at '")
    .replace(/(["'`“])[^"'`”]{80,}["'`”]/g, '$1…$1')
    .trim();
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

function withSpeakable(data: unknown): { path: string; message: string }[] {
  const { problems } = data as { problems: { path: string; message: string }[] };
  return problems.map(({ path, message }) => ({ path, message: speakable(message) }));
}

function makeError(code: ConverseErrorCode, message: string, details: object): ConverseError {
  return new ConverseError<ConverseErrorCode>(code, message, details as ConverseErrorDetails<ConverseErrorCode>);
}
