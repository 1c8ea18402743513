import { type ConverseError, isConverseError, type Target } from '@outcrop/converse';
import { createBedrock } from '@outcrop/providers/direct';
import { expect, test } from 'vitest';

const target: Target = {
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'eu-west-1',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'nova',
  traits: {},
};
const question = { messages: [{ role: 'user' as const, content: [{ text: 'My password is rumpelstiltskin.' }] }] };

/** What is made of an answer. */
async function errorOf(answer: () => Response | Promise<Response>): Promise<ConverseError> {
  const bedrock = createBedrock({ auth: { apiKey: 'a-key' }, fetch: async () => answer() });
  const error = await bedrock
    .connect(target)
    .converse(question)
    .then(
      () => expect.fail('It should have failed.'),
      (error: unknown) => error,
    );
  if (!isConverseError(error)) throw error;
  return error;
}

function refusal(name: string, status: number, message: string): Response {
  const headers = { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/`, 'x-amzn-requestid': 'request-1' };
  return Response.json({ message }, { status, headers });
}

const validation = (message: string) => ['ValidationException', 400, message] as const;
const denied = (message: string) => ['AccessDeniedException', 403, message] as const;

test.each<[name: string, status: number, message: string, expected: object]>([
  // Who asks.
  [
    'ExpiredTokenException',
    403,
    'The security token included in the request is expired',
    { code: 'credentials', reason: 'expired' },
  ],
  [...denied('Bearer Token has expired'), { code: 'credentials', reason: 'expired' }],
  [
    'UnrecognizedClientException',
    403,
    'The security token included in the request is invalid.',
    { code: 'credentials', reason: 'wrong' },
  ],
  [
    'InvalidSignatureException',
    403,
    'The request signature we calculated does not match the signature you provided.',
    { code: 'credentials', reason: 'wrong' },
  ],
  [
    'InvalidSignatureException',
    403,
    'Signature expired: 20261126T000000Z is now earlier than 20261126T010000Z',
    { code: 'credentials', reason: 'clock' },
  ],
  [
    'InvalidSignatureException',
    403,
    'Signature not yet current: 20261126T010000Z is still later',
    { code: 'credentials', reason: 'clock' },
  ],
  [
    'MissingAuthenticationTokenException',
    403,
    'Missing Authentication Token',
    { code: 'credentials', reason: 'missing' },
  ],
  [
    ...denied('Authentication failed: Please make sure your API Key is valid.'),
    { code: 'credentials', reason: 'wrong' },
  ],

  // How much.
  [
    'ThrottlingException',
    429,
    'Too many requests, please wait before trying again.',
    { code: 'throttled', limit: 'requests' },
  ],
  [
    'ThrottlingException',
    429,
    'Too many tokens, please wait before trying again.',
    { code: 'throttled', limit: 'tokens' },
  ],
  [
    'ThrottlingException',
    429,
    'Too many tokens per day, please wait before trying again.',
    { code: 'quota_exhausted', limit: 'tokens_per_day' },
  ],
  ['ThrottlingException', 429, 'Rate exceeded', { code: 'throttled' }],
  ['TooManyRequestsException', 429, '', { code: 'throttled' }],
  [
    'ServiceQuotaExceededException',
    400,
    'Your request exceeds the service quota for your account.',
    { code: 'quota_exhausted', limit: 'service_quota' },
  ],
  ['ModelNotReadyException', 429, 'Model is not ready for inference.', { code: 'model_not_ready' }],

  // The service.
  [
    'ServiceUnavailableException',
    503,
    'Too many connections, please wait before trying again.',
    { code: 'unavailable' },
  ],
  [
    'InternalServerException',
    500,
    'The system encountered an unexpected error during processing.',
    { code: 'internal' },
  ],
  ['InternalFailure', 500, '', { code: 'internal' }],
  ['ModelTimeoutException', 408, 'Model has timed out in processing the request.', { code: 'timeout', phase: 'model' }],

  // Who may what.
  [
    ...denied("You don't have access to the model with the specified model ID."),
    { code: 'access_denied', hint: expect.stringContaining('access to this model') },
  ],
  [
    ...denied(
      'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/x because no identity-based policy allows the bedrock:InvokeModel action',
    ),
    { code: 'access_denied', hint: expect.stringContaining('bedrock:InvokeModel') },
  ],
  [
    ...denied(
      'User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: bedrock:InvokeModel with an explicit deny in a service control policy',
    ),
    { code: 'access_denied', hint: expect.stringContaining('service control policy') },
  ],
  [
    ...denied(
      'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions',
    ),
    { code: 'access_denied', hint: expect.stringContaining('aws-marketplace:Subscribe') },
  ],
  [
    'ResourceNotFoundException',
    404,
    'Model use case details have not been submitted for this account.',
    { code: 'access_denied', hint: expect.stringContaining('use case form') },
  ],
  [...denied('Forbidden'), { code: 'access_denied' }],

  // Which model.
  [
    ...validation(
      'Invocation of model ID anthropic.claude-haiku-4-5-20251001-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    ),
    { code: 'needs_profile' },
  ],
  [...validation('The provided model identifier is invalid.'), { code: 'unknown_model' }],
  [
    'ResourceNotFoundException',
    404,
    'Could not resolve the foundation model from the model identifier.',
    { code: 'unknown_model' },
  ],
  ['ResourceNotFoundException', 404, 'This model version has reached the end of its life.', { code: 'model_retired' }],

  // How long.
  [...validation('Input is too long for requested model.'), { code: 'context_overflow' }],
  [
    ...validation('The model returned the following errors: prompt is too long: 210,123 tokens > 200000 maximum'),
    { code: 'context_overflow', tokens: 210_123, limit: 200_000 },
  ],
  [
    ...validation('input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
    { code: 'context_overflow', tokens: 210_000, limit: 200_000 },
  ],
  [
    ...validation('Too many input tokens. Max input tokens: 8192, request input token count: 9001'),
    { code: 'context_overflow', tokens: 9001, limit: 8192 },
  ],
  [
    ...validation(
      'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 5316852 bytes > 5242880 bytes',
    ),
    { code: 'too_large', size: 5_316_852, limit: 5_242_880 },
  ],
  [...validation('too many images and documents: 25 + 0 > 20'), { code: 'too_large', size: 25, limit: 20 }],
  ['RequestEntityTooLargeException', 413, '', { code: 'too_large' }],

  // What it cannot do.
  [...validation("This model doesn't support tool use."), { code: 'unsupported_feature', feature: 'toolConfig' }],
  [
    ...validation("This model doesn't support tool use in streaming mode."),
    { code: 'unsupported_feature', feature: 'streaming_tools' },
  ],
  [
    ...validation(
      "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
    ),
    { code: 'unsupported_feature', feature: 'system' },
  ],
  [...validation("This model doesn't support documents."), { code: 'unsupported_feature', feature: 'document' }],
  [
    ...validation("This model doesn't support the image content block that you provided."),
    { code: 'unsupported_feature', feature: 'image' },
  ],
  [
    ...validation(
      "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
    ),
    { code: 'unsupported_feature', feature: 'toolChoice' },
  ],
  [
    ...validation('Thinking may not be enabled when tool_choice forces tool use.'),
    { code: 'unsupported_feature', feature: 'toolChoice' },
  ],
  [
    ...validation('output_config.format: Extra inputs are not permitted'),
    { code: 'unsupported_feature', feature: 'textFormat' },
  ],
  [
    ...validation(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    ),
    { code: 'unsupported_feature', feature: 'prefill' },
  ],
  [
    ...validation('`temperature` and `top_p` cannot both be specified for this model.'),
    { code: 'unsupported_feature', feature: 'topP' },
  ],
  [
    ...validation('`temperature` is deprecated for this model.'),
    { code: 'unsupported_feature', feature: 'temperature' },
  ],
  [
    ...validation(
      'Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.',
    ),
    { code: 'unsupported_feature', feature: 'top_k' },
  ],

  // What it will not say, and what nobody can.
  [...validation('Output blocked by content filtering policy'), { code: 'content_refused' }],
  [
    ...validation(
      'The text field in the ContentBlock object at messages.2.content.0 is blank. Add text to the text field, and try again.',
    ),
    {
      code: 'invalid_request',
      problems: [
        {
          path: 'messages[2].content[0]',
          message:
            'The text field in the ContentBlock object at messages.2.content.0 is blank. Add text to the text field, and try again.',
        },
      ],
    },
  ],

  // What nobody has seen yet goes by its status.
  ['TeapotException', 418, 'I am one.', { code: 'invalid_request' }],
  ['TeapotException', 529, 'Overloaded', { code: 'unavailable' }],
])('%s %i "%s"', async (name, status, message, expected) => {
  const error = await errorOf(() => refusal(name, status, message));
  expect(error).toMatchObject({
    ...expected,
    awsName: name,
    status,
    requestId: 'request-1',
    target: { id: target.id },
  });
});

test.each<[string, () => Response, object]>([
  [
    "a proxy's page",
    () => page(403),
    { code: 'malformed_reply', status: 403, message: expect.stringContaining('proxy') },
  ],
  [
    "a proxy's page behind a 200",
    () => page(200),
    { code: 'malformed_reply', status: 200, message: expect.stringContaining('proxy') },
  ],
  ['a page of a balancer that is overloaded', () => page(503), { code: 'unavailable', status: 503 }],
  [
    'a proxy that wants a name',
    () => page(407),
    { code: 'access_denied', status: 407, hint: expect.stringContaining('proxy') },
  ],
  ['an empty 200', () => new Response(''), { code: 'malformed_reply', message: expect.stringContaining('empty') }],
  ['a list', () => Response.json([]), { code: 'malformed_reply' }],
  ['JSON that is no reply', () => Response.json({ hello: 'world' }), { code: 'malformed_reply' }],
  [
    'a path that AWS does not know, behind a 200',
    () => Response.json({ Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }),
    { code: 'invalid_request', awsName: 'UnknownOperationException', status: 200 },
  ],
  [
    'a type in the header behind a 200',
    () => Response.json({ message: 'Too many tokens' }, { headers: { 'x-amzn-errortype': 'ThrottlingException' } }),
    { code: 'throttled', limit: 'tokens', status: 200 },
  ],
  [
    // Of another origin, a page sees no header but a few.
    'a throttle whose name the browser hides',
    () => Response.json({ message: 'Too many tokens, please wait before trying again.' }, { status: 429 }),
    { code: 'throttled', limit: 'tokens' },
  ],
  [
    'a name in the body',
    () => Response.json({ __type: 'x#ThrottlingException' }, { status: 400 }),
    { code: 'throttled' },
  ],
  [
    'how long to wait',
    () => Response.json({ message: 'Slow.' }, { status: 429, headers: { 'retry-after': '3' } }),
    { code: 'throttled', retryAfterMs: 3_000 },
  ],
])('takes %s for what it is', async (_, answer, expected) => {
  expect(await errorOf(answer)).toMatchObject(expected);
});

function page(status: number): Response {
  return new Response('<html><body>Blocked</body></html>', { status, headers: { 'content-type': 'text/html' } });
}

test.each<[string, unknown, object]>([
  [
    'a name that cannot be resolved',
    new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }),
    { code: 'unavailable' },
  ],
  ['a refused connection', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), { code: 'unavailable' }],
  ['a certificate that nobody knows', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, { code: 'unavailable' }],
  ['a handshake that fails', { code: 'EPROTO' }, { code: 'unavailable' }],
  ['a reset', { code: 'ECONNRESET' }, { code: 'connection' }],
  ['whatever else', new Error('Hm.'), { code: 'connection' }],
])('takes %s for what it is', async (_, thrown, expected) => {
  const error = await errorOf(() => Promise.reject(thrown));
  expect(error).toMatchObject(expected);
  expect(error.cause).toBe(thrown);
});

test('repeats neither secrets nor what was asked', async () => {
  const long = 'My password is rumpelstiltskin, and I have told nobody but you of it, dear model, so far.';
  const said = [
    `1 validation error detected: Value '[{content=[{text=${question.messages[0]?.content[0]?.text}}]}]' at 'messages' failed to satisfy constraint`,
    `The text "${long}" is not allowed with Bearer abcdefghijklmnopqrstuvwxyz0123`,
  ];
  for (const message of said) {
    const error = await errorOf(() => refusal('ValidationException', 400, message));
    const whole = `${error.message} ${JSON.stringify(error)} ${error.stack}`;
    expect(whole).not.toMatch(/rumpelstiltskin|abcdefghij/);
  }
});
