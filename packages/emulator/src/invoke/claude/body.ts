import {
  anything,
  base64,
  boolean,
  integer,
  list,
  literal,
  number,
  object,
  record,
  string,
  tagged,
  union,
} from '../schema.ts';

// Anthropic's Messages API as Bedrock serves it: neither `model` nor `stream`, the version in the body, no URLs or files.

const cacheControl = { 'cache_control?': tagged('type', { ephemeral: { 'ttl?': literal('5m', '1h') } }) };
const citations = { 'citations?': object({ 'enabled?': boolean }) };

const text = { text: string({ minLength: 1, words: () => 'messages: text content blocks must be non-empty' }) };
const textBlock = { ...text, 'citations?': anything, ...cacheControl };
const imageBlock = {
  source: tagged('type', {
    base64: { media_type: literal('image/jpeg', 'image/png', 'image/gif', 'image/webp'), data: base64 },
  }),
  ...cacheControl,
};
const documentBlock = {
  source: tagged('type', {
    base64: { media_type: literal('application/pdf'), data: base64 },
    text: { media_type: literal('text/plain'), data: string() },
    content: { content: union(string(), list(tagged('type', { text: textBlock, image: imageBlock }))) },
  }),
  'title?': string(),
  'context?': string(),
  ...citations,
  ...cacheControl,
};
const searchResultBlock = {
  source: string(),
  title: string(),
  content: list(tagged('type', { text: textBlock })),
  ...citations,
  ...cacheControl,
};
const toolResultBlock = {
  tool_use_id: string({ pattern: /^[a-zA-Z0-9_-]+$/ }),
  'content?': union(
    string(),
    list(
      tagged('type', {
        text: textBlock,
        image: imageBlock,
        document: documentBlock,
        search_result: searchResultBlock,
      }),
    ),
  ),
  'is_error?': boolean,
  ...cacheControl,
};

const block = tagged('type', {
  text: textBlock,
  image: imageBlock,
  document: documentBlock,
  search_result: searchResultBlock,
  tool_use: { id: string({ pattern: /^[a-zA-Z0-9_-]+$/ }), name: string(), input: record, ...cacheControl },
  tool_result: toolResultBlock,
  thinking: { thinking: string(), signature: string() },
  redacted_thinking: { data: string() },
});

const customTool = {
  name: string({ pattern: /^[a-zA-Z0-9_-]{1,128}$/ }),
  'description?': string(),
  input_schema: record,
  'strict?': boolean,
  'input_examples?': list(record),
  'defer_loading?': boolean,
  ...cacheControl,
};

/** A body for models that take these versions of the API. */
export const claudeBody = (versions: RegExp) =>
  object({
    anthropic_version: string({ pattern: versions, words: (version) => `Invalid API version: ${version}` }),
    max_tokens: integer(1),
    messages: list(object({ role: literal('user', 'assistant', 'system'), content: union(text.text, list(block)) }), {
      minItems: 1,
      words: () => 'messages: at least one message is required',
    }),
    'system?': union(string(), list(tagged('type', { text: textBlock }))),
    'anthropic_beta?': list(string()),
    'temperature?': number(0, 1),
    'top_p?': number(0, 1),
    'top_k?': integer(0),
    'stop_sequences?': list(string({ minLength: 1 }), { maxItems: 8191 }),
    // What the provider runs or defines has a dated type of its own, which grows by the month.
    'tools?': list(tagged('type', { custom: customTool }, { absent: 'custom', unknown: record })),
    'tool_choice?': tagged('type', {
      auto: { 'disable_parallel_tool_use?': boolean },
      any: { 'disable_parallel_tool_use?': boolean },
      tool: { name: string(), 'disable_parallel_tool_use?': boolean },
      none: {},
    }),
    'thinking?': tagged('type', {
      enabled: { budget_tokens: integer(1024), 'display?': string() },
      adaptive: { 'display?': string() },
      disabled: {},
      between_tools: {},
    }),
    'output_config?': object({
      'effort?': literal('low', 'medium', 'high', 'xhigh', 'max'),
      'format?': tagged('type', { json_schema: { schema: record } }),
    }),
    'context_management?': record,
    'metadata?': object({ 'user_id?': string() }),
  });
