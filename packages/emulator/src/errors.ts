import {
  ConverseError,
  type ConverseErrorCode,
  type ConverseErrorDetails,
  errorFromJson,
  isConverseError,
  type TargetName,
} from '@outcrop/converse';

// API reference and service model: the name, its status, and what it is to us. The first of a code is the name by which
// an error of that code goes over the wire. Messages without a source are ours.
const bedrockErrors = {
  ThrottlingException: [429, 'throttled', 'Too many requests, please wait before trying again.'],
  ServiceUnavailableException: [503, 'unavailable', 'Bedrock is unable to process your request.'],
  InternalServerException: [500, 'internal', 'The system encountered an unexpected error during processing.'],
  ModelErrorException: [424, 'model_error', 'The request failed due to an error while processing the model.'],
  ModelStreamErrorException: [
    424,
    'model_error',
    'An error occurred while streaming the response. Retry your request.',
  ],
  ModelNotReadyException: [
    429,
    'model_not_ready',
    'Model is not ready for inference. Wait and try your request again.',
  ],
  ModelTimeoutException: [408, 'timeout', 'Model has timed out in processing the request. Try your request again.'],
  ServiceQuotaExceededException: [400, 'quota_exhausted', 'Your request exceeds the service quota for your account.'],
  AccessDeniedException: [403, 'access_denied', "You don't have access to the model with the specified model ID."],
  ExpiredTokenException: [403, 'credentials', 'The security token included in the request is expired'],
  // Common errors of AWS, which the service model of Bedrock does not have.
  UnrecognizedClientException: [403, 'credentials', 'The security token included in the request is invalid.'],
  MissingAuthenticationTokenException: [403, 'credentials', 'Missing Authentication Token'],
  InvalidSignatureException: [
    403,
    'credentials',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
  IncompleteSignatureException: [400, 'credentials', 'The request signature does not conform to AWS standards.'],
  ResourceNotFoundException: [
    404,
    'unknown_model',
    'Could not resolve the foundation model from the model identifier.',
  ],
  ValidationException: [400, 'invalid_request', 'The provided request is not valid.'],
} as const satisfies Record<string, [status: number, code: ConverseErrorCode, message: string]>;

// Why credentials are refused.
const reasons: { [Name in BedrockErrorName]?: object } = {
  ExpiredTokenException: { reason: 'expired' },
  UnrecognizedClientException: { reason: 'wrong' },
  InvalidSignatureException: { reason: 'wrong' },
  IncompleteSignatureException: { reason: 'wrong' },
  MissingAuthenticationTokenException: { reason: 'missing' },
};

/** The exceptions of Bedrock that can be made by name. */
export type BedrockErrorName = keyof typeof bedrockErrors;

export function bedrockErrorNames(): BedrockErrorName[] {
  return Object.keys(bedrockErrors) as BedrockErrorName[];
}

export function isBedrockErrorName(name: string): name is BedrockErrorName {
  return Object.hasOwn(bedrockErrors, name);
}

// Without these, an error of that code would not be one.
const details: { [Code in ConverseErrorCode]?: object } = {
  timeout: { phase: 'model' },
  invalid_request: { problems: [] },
};

/**
 * An exception of Bedrock by its own name: alone it is the HTTP answer with its status, in a list it is an exception
 * frame inside of the stream.
 *
 * @example
 * ```ts
 * import { bedrockError, createEmulator } from '@outcrop/emulator';
 *
 * await using emulator = await createEmulator();
 * emulator.when({ modelId: 'amazon.nova-lite-v1:0' }).reply(bedrockError('ModelNotReadyException'), 'Granite.');
 * ```
 */
export function bedrockError(name: BedrockErrorName, message: string = bedrockErrors[name][2]): ConverseError {
  const code = bedrockErrors[name][1];
  return refusal(name, message, { ...details[code], ...reasons[name], code });
}

/** What Bedrock refuses by that name, with what it is to who calls in process. */
export function refusal(
  name: BedrockErrorName,
  message: string,
  known: { code: ConverseErrorCode; [data: string]: unknown },
): ConverseError {
  const error = errorFromJson({ ...known, message, awsName: name, status: bedrockErrors[name][0] });
  words.set(error, message);
  return error;
}

// What goes over the wire, to the letter: a `ConverseError` blots out what looks like a secret, such as what comes
// after `signature:`.
const words = new WeakMap<object, string>();

// Bedrock user guide, troubleshooting: the three texts by which its throttles differ.
const throttles = {
  requests: 'Too many requests, please wait before trying again.',
  tokens: 'Too many tokens, please wait before trying again.',
  tokens_per_day: 'Too many tokens per day, please wait before trying again.',
};

/** Bedrock's throttle, which has no `Retry-After`, by the quota that is used up. @default 'requests' */
export function throttle(limit: keyof typeof throttles = 'requests'): ConverseError {
  const code = limit === 'tokens_per_day' ? 'quota_exhausted' : 'throttled';
  const context = { awsName: 'ThrottlingException', status: 429, limit };
  return new ConverseError<'throttled' | 'quota_exhausted'>(code, throttles[limit], context as object);
}

/** What the wire says of an error. */
export type WireError = { name: string; status: number; message: string };

/** The error as it goes over the wire. One that Bedrock could not have sent, such as a bug of a responder, is a 500. */
export function wireError(error: unknown): WireError {
  if (!isConverseError(error)) return { name: 'InternalServerException', status: 500, message: ourFault(error) };
  const name = nameOf(error) ?? 'InternalServerException';
  const known = Object.hasOwn(bedrockErrors, name) ? bedrockErrors[name as BedrockErrorName] : undefined;
  return { name, status: error.status ?? known?.[0] ?? 500, message: words.get(error) ?? error.message };
}

/**
 * The error as who calls in process gets it: what its like over the wire would be read as. One that is no answer of
 * Bedrock, such as a broken connection, has neither its name nor a status.
 */
export function callError(
  error: unknown,
  target: TargetName,
  requestId: string,
  isAnswered: boolean = true,
): ConverseError {
  if (!isConverseError(error)) {
    const context = { awsName: 'InternalServerException', status: 500, requestId, target, cause: error };
    return new ConverseError('internal', ourFault(error), context);
  }
  const { name: _, code, message, ...data } = error.toJson();
  const context = { ...data, ...(isAnswered && answeredBy(error)), requestId, target, cause: error.cause };
  return new ConverseError<ConverseErrorCode>(code, message, context as ConverseErrorDetails<ConverseErrorCode>);
}

function answeredBy(error: ConverseError): { awsName?: string; status?: number } {
  if (nameOf(error) === undefined) return {};
  const { name: awsName, status } = wireError(error);
  return { awsName, status };
}

function nameOf({ awsName, code }: ConverseError): string | undefined {
  return awsName ?? Object.entries(bedrockErrors).find(([, [, codeOfName]]) => codeOfName === code)?.[0];
}

function ourFault(error: unknown): string {
  return `The responder failed: ${error instanceof Error ? error.message : String(error)}`;
}
