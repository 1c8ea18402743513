import type { ConverseErrorCode, ConverseErrorData } from '@outcrop/converse';

/** What the service said, wherever it said it: in an answer's status, in a frame of a stream, or behind a 200. */
export type Refusal = {
  /** AWS's name for it, without namespace, such as `ThrottlingException`. */
  name: string;
  /** Of the answer. Behind an HTTP 200 it says nothing. */
  status: number;
  message: string;
  /** The fields beside the message. */
  fields: Readonly<Record<string, unknown>>;
};

/** What a refusal is to us. */
export type Verdict = { [Code in ConverseErrorCode]: { code: Code; data?: Details<Code> } }[ConverseErrorCode];
type Details<Code extends ConverseErrorCode> = ConverseErrorData[Code] extends infer Data
  ? unknown extends Data
    ? object
    : Data
  : never;

/** The first row of {@link refusals} that fits; else what the status says. */
export function judge(refusal: Refusal): Verdict {
  // A page of another origin does not see the header that holds the name.
  const name = refusal.name || (impliedNames[refusal.status] ?? '');
  for (const { names, message, is } of refusals) {
    if (names !== undefined && !names.test(name)) continue;
    const match = message === undefined ? noMatch : message.exec(refusal.message);
    const verdict = match === null ? undefined : typeof is === 'function' ? is(match, refusal) : is;
    if (verdict !== undefined) return verdict;
  }
  return byStatus(refusal);
}

type Row = {
  /** All names, if it is left out. */
  names?: RegExp;
  /** All messages, if it is left out. */
  message?: RegExp;
  /** What it is, or `undefined` for a look at the next row. */
  is: Verdict | ((match: RegExpExecArray, refusal: Refusal) => Verdict | undefined);
};

const noMatch = [''] as unknown as RegExpExecArray;
const validation = /^Validation(Exception|Error)$/;
const throttling =
  /^(Throttling(Exception|Error)?|ThrottledException|TooManyRequests(Exception)?|RequestLimitExceeded)$/;
const denied = /^(AccessDenied(Exception)?|NotAuthorized(Exception)?|Unauthorized(Exception|Operation)?)$/;
const notFound = /^ResourceNotFound(Exception)?$/;

const credentials = (reason: 'expired' | 'wrong' | 'missing' | 'clock'): Verdict => ({
  code: 'credentials',
  data: { reason },
});
const hint = (text: string): Verdict => ({ code: 'access_denied', data: { hint: text } });
const lacks = (feature: string): Verdict => ({ code: 'unsupported_feature', data: { feature } });
const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text.replaceAll(/[,_]/g, ''));
const overflow = (tokens?: string, limit?: string): Verdict => ({
  code: 'context_overflow',
  data: { tokens: numberOf(tokens), limit: numberOf(limit) },
});
const tooLarge = (size?: string, limit?: string): Verdict => ({
  code: 'too_large',
  data: { size: numberOf(size), limit: numberOf(limit) },
});

/** What a model that does not support something may mean by it, the special before the general. */
const features: readonly { feature: string; words: RegExp }[] = [
  { feature: 'toolConfig', words: /tool|function call/i },
  { feature: 'prefill', words: /prefill/i },
  { feature: 'system', words: /system/i },
  { feature: 'document', words: /document/i },
  { feature: 'image', words: /image/i },
  { feature: 'video', words: /video/i },
  { feature: 'audio', words: /audio/i },
  { feature: 'cachePoint', words: /cache ?point|prompt caching|cache_control/i },
  { feature: 'streaming', words: /streaming|ConverseStream|ResponseStream/i },
  { feature: 'guardrailConfig', words: /guardrail/i },
  { feature: 'performanceConfig', words: /latency|performanceConfig/i },
  { feature: 'serviceTier', words: /service ?tier/i },
  { feature: 'countTokens', words: /count(ing)? ?tokens/i },
  { feature: 'temperature', words: /temperature/i },
  { feature: 'topP', words: /top_?p\b/i },
  { feature: 'stopSequences', words: /stop_?sequences/i },
  { feature: 'converse', words: /converse/i },
];

/**
 * From AWS's names and texts to our codes, the special before the general. Names are modelled or stand in the page of
 * errors that all services have; texts are those that users reported. Whatever a text says differently tomorrow falls
 * back to its name, and a name to its status.
 */
const refusals: readonly Row[] = [
  // Who asks.
  { names: /^ExpiredToken(Exception)?$/, is: credentials('expired') },
  { message: /(security|bearer|session) token .*\bexpired\b|API key (has|is) expired/i, is: credentials('expired') },
  {
    names: /^(RequestExpired|RequestTimeTooSkewed|RequestInTheFuture)(Exception)?$/,
    is: credentials('clock'),
  },
  { message: /Signature (expired|not yet current)/i, is: credentials('clock') },
  { names: /^MissingAuthenticationToken(Exception)?$/, is: credentials('missing') },
  { message: /Missing Authentication Token/i, is: credentials('missing') },
  {
    names:
      /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|InvalidToken|AuthFailure|OptInRequired|InvalidAccessKeyId)(Exception)?$/,
    is: credentials('wrong'),
  },
  { message: /make sure your API Key is valid|invalid API key|bearer token is invalid/i, is: credentials('wrong') },

  // How much was asked.
  { names: throttling, message: /not ready for inference/i, is: { code: 'model_not_ready' } },
  { names: throttling, message: /per day/i, is: { code: 'quota_exhausted', data: { limit: 'tokens_per_day' } } },
  { names: throttling, message: /tokens/i, is: { code: 'throttled', data: { limit: 'tokens' } } },
  { names: throttling, message: /requests/i, is: { code: 'throttled', data: { limit: 'requests' } } },
  { names: throttling, is: { code: 'throttled' } },
  { names: /^ServiceQuotaExceeded(Exception)?$/, is: { code: 'quota_exhausted', data: { limit: 'service_quota' } } },

  // The service and the model themselves.
  { names: /^ModelNotReady(Exception)?$/, is: { code: 'model_not_ready' } },

  { names: /^ModelTimeout(Exception)?$/, is: { code: 'timeout', data: { phase: 'model' } } },
  {
    names: /^Model(Stream)?Error(Exception)?$/,
    is: (_, { fields }) => {
      const originalStatus = fields['originalStatusCode'];
      return { code: 'model_error', data: typeof originalStatus === 'number' ? { originalStatus } : {} };
    },
  },
  {
    names: /^(ServiceUnavailable|BadGateway|DependencyFailed|SlowDown)(Exception|Error)?$/,
    is: { code: 'unavailable' },
  },
  { names: /^Internal(Server|Failure|Service)?(Exception|Error|Failure)?$/, is: { code: 'internal' } },

  // Who may ask for what.
  {
    message: /use case details have not been submitted/i,
    is: hint('Submit the use case form of this provider once, in the model catalog of the Bedrock console.'),
  },
  {
    message: /marked by provider as Legacy/i,
    is: hint('The model is legacy, and the account has not used it lately: use its successor.'),
  },
  { message: /reached the end of its life|has been (retired|deprecated)/i, is: { code: 'model_retired' } },
  {
    names: denied,
    message: /AWS Marketplace|agreement/i,
    is: hint(
      'The agreement for this model is missing or still being made: open it once in the console with aws-marketplace:Subscribe and a valid payment method, or wait some minutes.',
    ),
  },
  {
    names: denied,
    message: /service control policy/i,
    is: hint('A service control policy of the organisation forbids it, maybe in one region that the profile reaches.'),
  },
  {
    names: denied,
    message: /not authorized to perform: ?([\w:-]+)/i,
    is: ([, action]) =>
      hint(`Allow ${action} in IAM, on the profile and on the model in every region that the profile reaches.`),
  },
  {
    names: denied,
    message: /access to the model/i,
    is: hint('Ask for access to this model, in this account and region.'),
  },
  {
    names: denied,
    message: /not allowed for this account/i,
    is: hint('AWS has to open Bedrock for this account: ask its support.'),
  },
  { names: denied, is: { code: 'access_denied' } },

  // Which model.
  {
    message: /on-demand throughput isn.?t supported|inference profile that contains this model/i,
    is: { code: 'needs_profile' },
  },
  {
    message:
      /(not (available|supported|valid) in|cannot be (used|called) from|outside of?) (this|the|your) (source )?(region|geography)/i,
    is: { code: 'wrong_geography' },
  },
  { message: /model identifier is invalid|could not resolve the (foundation )?model/i, is: { code: 'unknown_model' } },
  { names: notFound, is: { code: 'unknown_model' } },

  // How long it is.
  {
    message: /prompt is too long: ([\d,]+) tokens > ([\d,]+) maximum/i,
    is: ([, tokens, limit]) => overflow(tokens, limit),
  },
  {
    message: /exceed context limit: ([\d,]+) \+ ([\d,]+) > ([\d,]+)/i,
    is: ([, input, output, limit]) => overflow(String(Number(input) + Number(output)), limit),
  },
  {
    message: /maximum context length is ([\d,]+) tokens.*?(?:you requested|resulted in|has) ([\d,]+)/i,
    is: ([, limit, tokens]) => overflow(tokens, limit),
  },
  {
    message: /max(?:imum)? input tokens:? ([\d,]+).*?token count:? ([\d,]+)/i,
    is: ([, limit, tokens]) => overflow(tokens, limit),
  },
  {
    message:
      /input is too long|prompt is too long|too many (input )?tokens|context (window|length)|exceeds the (maximum|max) (number of )?(input )?tokens/i,
    is: overflow(),
  },
  {
    message: /(?:image|document|video|file|request|body|payload) exceeds .*?maximum: ([\d,]+) bytes > ([\d,]+) bytes/i,
    is: ([, size, limit]) => tooLarge(size, limit),
  },
  {
    message: /too many (?:images|documents|videos)[^:]*: ([\d,]+)(?: \+ ([\d,]+))? > ([\d,]+)/i,
    is: ([, first, second = '0', limit]) => tooLarge(String(Number(first) + Number(second)), limit),
  },
  { message: /length less than or equal to ([\d,]+)/i, is: ([, limit]) => tooLarge(undefined, limit) },
  { names: /^(RequestEntityTooLarge|PayloadTooLarge|ContentTooLarge)(Exception)?$/, is: tooLarge() },
  {
    message:
      /(request|body|payload|image|document|video|file)s? (is|are) (too large|larger than)|exceeds? the (maximum )?(size|limit)|too many (images|documents|videos)/i,
    is: tooLarge(),
  },

  // What the model refuses to look at or to say.
  {
    message:
      /(blocked|filtered|refused) by .{0,40}(content|safety|polic)|content filter(ing)? policy|violates? .{0,40}(usage|content) polic/i,
    is: { code: 'content_refused' },
  },

  // What the model cannot do. The names are those of the request's fields and blocks.
  { message: /support tool ?use in streaming|tools? .{0,20}streaming mode/i, is: lacks('streaming_tools') },
  { message: /tool_?choice|forces? tool use/i, is: lacks('toolChoice') },
  { message: /output_?config\.effort|\beffort\b.{0,40}(support|permitted)/i, is: lacks('effort') },
  { message: /output_?config|textFormat|structured output|json_schema/i, is: lacks('textFormat') },
  {
    message: /(?:doesn.?t|does not|not|n.t) support(?:ed)?\b(.{0,60})/i,
    is([, what = '']) {
      const found = features.find(({ words }) => words.test(what));
      return found && lacks(found.feature);
    },
  },
  {
    message:
      /temperature.{0,20}top_?p.{0,30}(both|together|cannot)|(temperature|top_?p).{0,10}(and|or).{0,10}(temperature|top_?p)/i,
    is: lacks('topP'),
  },
  { message: /temperature.{0,60}(deprecated|not support|unsupported|not permitted)/i, is: lacks('temperature') },
  { message: /top_?p.{0,60}(deprecated|not support|unsupported|not permitted)/i, is: lacks('topP') },
  { message: /stop_?sequences?.{0,60}(not support|unsupported|not permitted)/i, is: lacks('stopSequences') },
  { message: /extraneous key \[(\w+)\]/i, is: ([, key = 'unknown']) => lacks(key) },
  {
    message: /^(?:[\w.]+\.)?(\w+)(?:\.\w+)*: Extra inputs are not permitted/i,
    is: ([, key = 'unknown']) => lacks(key),
  },

  // How it was asked.
  {
    names: /^UnknownOperation(Exception)?$/,
    is: (_, { message }) => ({ code: 'invalid_request', data: { problems: [problemOf(message)] } }),
  },
  {
    names: validation,
    is: (_, { message }) => ({ code: 'invalid_request', data: { problems: [problemOf(message)] } }),
  },
];

/** Where in the request it is wrong, as far as the text says. */
function problemOf(message: string): { path: string; message: string } {
  const [path = ''] =
    /\b(?:messages|system|toolConfig|inferenceConfig|outputConfig)(?:\.\w+|\[\d+\])*/.exec(message) ?? [];
  return { path: path.replace(/\.(\d+)/g, '[$1]'), message };
}

const impliedNames: { readonly [status: number]: string } = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  429: 'ThrottlingException',
};

const byExactStatus: { readonly [status: number]: Verdict } = {
  401: credentials('wrong'),
  403: { code: 'access_denied' },
  404: { code: 'unknown_model' },
  407: {
    code: 'access_denied',
    data: { hint: 'A proxy on the way wants to know who you are: give its address with a name and a password.' },
  },
  408: { code: 'timeout', data: { phase: 'model' } },
  413: tooLarge(),
  424: { code: 'model_error', data: {} },
  429: { code: 'throttled', data: {} },
  500: { code: 'internal' },
};

function byStatus({ status, message }: Refusal): Verdict {
  const known = byExactStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return { code: 'unavailable' };
  if (status >= 400) return { code: 'invalid_request', data: { problems: [problemOf(message)] } };
  // An exception behind a 200 that nobody knows: the service failed, and more is not known.
  return { code: 'internal' };
}
