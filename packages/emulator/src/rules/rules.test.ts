import type { ContentBlock, ConverseError, ConverseRequest, Message, ModelTraits, ToolSpec } from '@outcrop/converse';
import { bedrockRules, createEmulator, signReasoning } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, constantFrom, record } from 'fast-check';
import { expect, test } from 'vitest';

const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const nova = 'amazon.nova-lite-v1:0';
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82);
const text = { text: 'Which rock is this?' };
const document = (name: string) => ({ document: { name, format: 'pdf', source: { bytes: png } } }) as ContentBlock;
const image = (source: object, format = 'png') => ({ image: { format, source } }) as ContentBlock;
const cachePoint = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } }) as ContentBlock;
const use = (toolUseId = 'tooluse_1', input: unknown = {}) =>
  ({ toolUse: { toolUseId, name: 'find_rock', input } }) as ContentBlock;
const result = (content: unknown[] = [{ text: 'In Bergen.' }], more: object = {}) =>
  ({ toolResult: { toolUseId: 'tooluse_1', content, ...more } }) as ContentBlock;
const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
const asking = (...content: ContentBlock[]): ConverseRequest => ({ messages: [user(...content)] });
const tool = (more: Partial<ToolSpec> = {}) => ({
  toolSpec: { name: 'find_rock', inputSchema: { json: { type: 'object' } }, ...more },
});
const withTools = (more: object = {}): ConverseRequest =>
  ({ ...asking(text), toolConfig: { tools: [tool()], ...more } }) as ConverseRequest;
const withTool = (more: Partial<ToolSpec>) => withTools({ tools: [tool(more)] });
const history = (...messages: Message[]): ConverseRequest => ({ ...withTools(), messages: [user(text), ...messages] });
const settings = (more: object): ConverseRequest => ({ ...asking(text), ...more });
const inference = (inferenceConfig: object) => settings({ inferenceConfig });
const fields = (additionalModelRequestFields: object, more: object = {}) =>
  settings({ additionalModelRequestFields, ...more });
const thinking = (budget_tokens: number, more: object = {}) =>
  fields({ thinking: { type: 'enabled', budget_tokens } }, more);
const schema = (json: object, more: object = {}) => {
  const structure = { jsonSchema: { schema: JSON.stringify(json) } };
  return settings({ outputConfig: { textFormat: { type: 'json_schema', structure } }, ...more });
};
const closed = { type: 'object', additionalProperties: false };
const reasoning = (signature?: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text: 'Quartz.', signature } },
});
const prompt = 'arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT1234';

/** A model that is known to have these traits, and its id. */
const model = (traits: ModelTraits) => ({ models: { 'test.granite-v1:0': traits }, modelId: 'test.granite-v1:0' });
const claude = (traits: ModelTraits = {}) => model({ family: 'claude', ...traits });

type Case = {
  rule: string;
  /** What is refused, and what is said. */
  refused: ConverseRequest;
  says: string | RegExp;
  name?: string;
  code?: string;
  /** The nearest that is not. */
  valid: ConverseRequest;
  modelId?: string;
  models?: Record<string, ModelTraits>;
  validModelId?: string;
  operation?: 'converse' | 'converseStream';
  validOperation?: 'converse' | 'converseStream';
};

const invalidId = 'The provided model identifier is invalid.';
const constraint = (value: string, at: string, must: string) =>
  `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${must}`;
const blank = (what: string, at: string) =>
  `The text field in the ${what} object at ${at} is blank. Add text to the text field, and try again.`;
const fromModel = (message: string) => `The model returned the following errors: ${message}`;
const remove = (field: string) => `This model doesn't support the ${field} field. Remove ${field} and try again.`;
const plain = asking(text);

const cases: Case[] = [
  // Addresses
  {
    rule: 'unknown_model',
    modelId: 'acme.granite-v9:0',
    validModelId: nova,
    refused: plain,
    valid: plain,
    says: invalidId,
    code: 'unknown_model',
  },
  {
    rule: 'arn_of_another_region',
    modelId: 'arn:aws:bedrock:eu-west-1:123456789012:imported-model/abc123',
    validModelId: 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123',
    refused: plain,
    valid: plain,
    says: invalidId,
    code: 'unknown_model',
  },
  {
    rule: 'on_demand_needs_profile',
    modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    validModelId: haiku,
    refused: plain,
    valid: plain,
    says: 'Invocation of model ID anthropic.claude-haiku-4-5-20251001-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    code: 'needs_profile',
  },
  {
    rule: 'model_not_in_region',
    modelId: 'cohere.command-r-v1:0 sa-east-1',
    validModelId: 'cohere.command-r-v1:0',
    refused: plain,
    valid: plain,
    says: invalidId,
    code: 'unknown_model',
  },
  {
    rule: 'profile_of_another_geography',
    modelId: `eu.${nova}`,
    validModelId: `us.${nova}`,
    refused: plain,
    valid: plain,
    says: invalidId,
    code: 'wrong_geography',
  },
  {
    rule: 'converse_unsupported',
    ...model({ converse: false }),
    validModelId: nova,
    refused: plain,
    valid: plain,
    says: /^This action doesn't support the model/,
    code: 'unsupported_feature',
  },
  {
    rule: 'streaming_unsupported',
    ...model({ streaming: false }),
    operation: 'converseStream',
    validOperation: 'converse',
    refused: plain,
    valid: plain,
    says: 'The model is unsupported for streaming.',
    code: 'unsupported_feature',
  },
  // Turns
  {
    rule: 'first_turn_user',
    refused: { messages: [assistant(text), user(text)] },
    valid: plain,
    says: /^A conversation must start with a user message\./,
  },
  { rule: 'first_turn_user', refused: {}, valid: plain, says: /^A conversation must start with a user message\./ },
  {
    rule: 'role_known',
    refused: { messages: [user(text), { role: 'tool' as 'user', content: [text] }] },
    valid: { messages: [user(text), assistant(text)] },
    says: constraint("'tool'", 'messages.2.member.role', 'satisfy enum value set: [user, assistant, system]'),
  },
  {
    rule: 'alternating_roles',
    refused: { messages: [user(text), user(text)] },
    valid: { messages: [user(text), assistant(text), user(text)] },
    says: /^A conversation must alternate between user and assistant roles\./,
  },
  {
    rule: 'empty_content',
    refused: { messages: [user(text), assistant(), user(text)] },
    valid: { messages: [user(text), assistant(text), user(text)] },
    says: 'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
  },
  {
    rule: 'system_turn_unsupported',
    ...model({ systemTurns: false }),
    refused: { messages: [user(text), { role: 'system', content: [text] }] },
    valid: plain,
    says: /system role/,
    code: 'unsupported_feature',
  },
  {
    rule: 'known_block',
    refused: asking(text, { granite: {} } as unknown as ContentBlock),
    valid: plain,
    says: /^ContentBlock object at messages\.0\.content\.1 must set one of the following keys: text, image, /,
  },
  {
    rule: 'known_block',
    refused: asking({ ...text, ...image({ bytes: png }) } as ContentBlock),
    valid: asking(text, image({ bytes: png })),
    says: /^ContentBlock object at messages\.0\.content\.0 must set one of the following keys: text, image, /,
  },
  {
    rule: 'blank_text',
    refused: asking({ text: ' \n ' }),
    valid: asking({ text: ' . ' }),
    says: blank('ContentBlock', 'messages.0.content.0'),
  },
  {
    rule: 'blank_text_in_result',
    refused: history(assistant(use()), user(result([{ text: '' }]))),
    valid: history(assistant(use()), user(result())),
    says: blank('ToolResultContentBlock', 'messages.2.content.0.toolResult.content.0'),
  },
  {
    rule: 'blank_guard_content',
    refused: asking({ guardContent: { text: { text: '' } } }),
    valid: asking({ guardContent: { text: { text: 'a' } } }),
    says: 'The guard content field in the ContentBlock object at messages.0.content.0 is blank.',
  },
  {
    rule: 'blank_system_text',
    refused: settings({ system: [{ text: '' }] }),
    valid: settings({ system: [text] }),
    says: blank('SystemContentBlock', 'system.0'),
  },
  {
    rule: 'system_unsupported',
    modelId: 'mistral.mistral-7b-instruct-v0:2',
    refused: settings({ system: [text] }),
    valid: plain,
    says: /^This model doesn't support system messages\./,
    code: 'unsupported_feature',
  },
  {
    rule: 'single_turn_only',
    ...model({ multiTurn: false }),
    refused: { messages: [user(text), assistant(text), user(text)] },
    valid: plain,
    says: /conversation history/,
    code: 'unsupported_feature',
  },
  {
    rule: 'user_block_in_assistant_turn',
    refused: { messages: [user(text), assistant(image({ bytes: png })), user(text)] },
    valid: asking(text, image({ bytes: png })),
    says: "This model doesn't support the image field for assistant messages. Remove image and try again.",
  },
  {
    rule: 'assistant_block_in_user_turn',
    refused: { ...withTools(), messages: [user(use())] },
    valid: history(assistant(use()), user(result())),
    says: "This model doesn't support the toolUse field for user messages. Remove toolUse and try again.",
  },
  {
    rule: 'result_in_assistant_turn',
    refused: history(assistant(result())),
    valid: history(assistant(result([], { type: 'nova_grounding_result' }))),
    says: "This model doesn't support the toolResult field for assistant messages. Remove toolResult and try again.",
  },
  {
    rule: 'prefill_unsupported',
    modelId: 'us.anthropic.claude-opus-4-6-v1',
    refused: { messages: [user(text), assistant({ text: 'It is' })] },
    valid: { messages: [user(text), assistant(text), user(text)] },
    says: /This model does not support assistant message prefill\./,
    code: 'unsupported_feature',
  },
  {
    rule: 'prefill_trailing_whitespace',
    modelId: haiku,
    refused: { messages: [user(text), assistant({ text: 'It is ' })] },
    valid: { messages: [user(text), assistant({ text: 'It is' })] },
    says: fromModel('messages: final assistant content cannot end with trailing whitespace'),
  },
  // Tools
  {
    rule: 'some_tool',
    refused: withTools({ tools: [] }),
    valid: withTools(),
    says: constraint("'[]'", 'toolConfig.tools', 'have length greater than or equal to 1'),
  },
  {
    rule: 'tool_name',
    refused: withTool({ name: 'find rock' }),
    valid: withTool({ name: 'find-rock_2' }),
    says: constraint(
      "'find rock'",
      'toolConfig.tools.1.member.toolSpec.name',
      'satisfy regular expression pattern: [a-zA-Z0-9_-]+',
    ),
  },
  {
    rule: 'tool_name',
    refused: withTool({ name: 'f'.repeat(65) }),
    valid: withTool({ name: 'f'.repeat(64) }),
    says: /have length less than or equal to 64$/,
  },
  {
    rule: 'tool_description',
    refused: withTool({ description: '' }),
    valid: withTool({ description: ' ' }),
    says: constraint("''", 'toolConfig.tools.1.member.toolSpec.description', 'have length greater than or equal to 1'),
  },
  {
    rule: 'tool_schema_object',
    refused: withTool({ inputSchema: { json: { type: 'string' } } }),
    valid: withTools(),
    says: 'The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.',
  },
  {
    rule: 'tool_schema_top_level_choice',
    modelId: haiku,
    refused: withTool({ inputSchema: { json: { type: 'object', oneOf: [] } } }),
    valid: withTool({ inputSchema: { json: { type: 'object', properties: { a: { oneOf: [] } } } } }),
    says: fromModel(
      'tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level',
    ),
  },
  {
    rule: 'strict_tool_unsupported',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: withTool({ strict: true, inputSchema: { json: closed } }),
    valid: withTool({ strict: false }),
    says: /strict/,
    code: 'unsupported_feature',
  },
  {
    rule: 'strict_tool_schema',
    modelId: haiku,
    refused: withTool({ strict: true }),
    valid: withTool({ strict: true, inputSchema: { json: closed } }),
    says: fromModel("tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false"),
  },
  {
    rule: 'tools_unsupported',
    modelId: 'us.deepseek.r1-v1:0',
    refused: withTools(),
    valid: plain,
    says: "This model doesn't support tool use.",
    code: 'unsupported_feature',
  },
  {
    rule: 'tools_in_stream_unsupported',
    modelId: 'us.meta.llama4-scout-17b-instruct-v1:0',
    operation: 'converseStream',
    validOperation: 'converse',
    refused: withTools(),
    valid: withTools(),
    says: "This model doesn't support tool use in streaming mode.",
    code: 'unsupported_feature',
  },
  {
    rule: 'tool_choice_unsupported',
    modelId: 'us.meta.llama4-scout-17b-instruct-v1:0',
    refused: withTools({ toolChoice: { any: {} } }),
    valid: withTools({ toolChoice: { auto: {} } }),
    says: remove('toolConfig.toolChoice.any'),
    code: 'unsupported_feature',
  },
  {
    rule: 'forced_tool_while_thinking',
    modelId: haiku,
    refused: {
      ...withTools({ toolChoice: { any: {} } }),
      ...fields({ thinking: { type: 'enabled', budget_tokens: 1024 } }),
    },
    valid: { ...withTools({ toolChoice: { any: {} } }), ...fields({ thinking: { type: 'disabled' } }) },
    says: fromModel('Thinking may not be enabled when tool_choice forces tool use.'),
    code: 'unsupported_feature',
  },
  {
    rule: 'tool_config_missing',
    refused: { messages: history(assistant(use()), user(result())).messages },
    valid: history(assistant(use()), user(result())),
    says: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  },
  {
    rule: 'tool_use_name',
    refused: history(assistant({ toolUse: { toolUseId: 'tooluse_1', name: 'find rock', input: {} } }), user(result())),
    valid: history(assistant(use()), user(result())),
    says: /'messages\.2\.member\.content\.1\.member\.toolUse\.name'.*pattern: \[a-zA-Z0-9_-\]\+$/,
  },
  {
    rule: 'tool_use_id',
    refused: history(assistant(use('tool use')), user(result())),
    valid: history(assistant(use()), user(result())),
    says: /toolUse\.toolUseId'.*pattern: \[a-zA-Z0-9_\.:-\]\+$/,
  },
  {
    rule: 'tool_result_id',
    refused: history(assistant(use()), user(result(), result([], { toolUseId: '' }))),
    valid: history(assistant(use()), user(result())),
    says: /(toolResult\.toolUseId'|exceeds the number)/,
  },
  {
    rule: 'tool_use_id_of_nine',
    modelId: 'mistral.mistral-large-2402-v1:0',
    refused: history(assistant(use()), user(result())),
    valid: history(assistant(use('abcdefgh9')), user(result(undefined, { toolUseId: 'abcdefgh9' }))),
    says: /must be a-z, A-Z, 0-9, with a length of 9/,
  },
  {
    rule: 'tool_input_object',
    refused: history(assistant(use('tooluse_1', '{}')), user(result())),
    valid: history(assistant(use()), user(result())),
    says: 'The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.',
  },
  {
    rule: 'tool_result_json_object',
    refused: history(assistant(use()), user(result([{ json: [1] }]))),
    valid: history(assistant(use()), user(result([{ json: { a: 1 } }]))),
    says: 'The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.',
  },
  {
    rule: 'empty_error_result',
    refused: history(assistant(use()), user(result([], { status: 'error' }))),
    valid: history(assistant(use()), user(result([], { status: 'success' }))),
    says: 'The content field at messages.2.content.0.toolResult cannot be empty when status value is error.',
  },
  {
    rule: 'result_status_known',
    refused: history(assistant(use()), user(result(undefined, { status: 'fine' }))),
    valid: history(assistant(use()), user(result(undefined, { status: 'error' }))),
    says: /enum value set: \[success, error\]$/,
  },
  {
    rule: 'result_status_unsupported',
    ...model({ tools: { resultStatus: false } }),
    refused: history(assistant(use()), user(result(undefined, { status: 'success' }))),
    valid: history(assistant(use()), user(result())),
    says: remove('toolResult.status'),
    code: 'unsupported_feature',
  },
  {
    rule: 'text_beside_results',
    modelId: nova,
    refused: history(assistant(use()), user(result(), text)),
    valid: history(assistant(use()), user(result())),
    says: 'messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn.',
  },
  {
    rule: 'missing_results',
    refused: history(assistant(use(), use('tooluse_2')), user(result())),
    valid: history(assistant(use()), user(result())),
    says: 'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_2',
  },
  {
    rule: 'missing_results',
    refused: history(assistant(use()), user(text)),
    valid: history(assistant(use())),
    says: 'Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1',
  },
  {
    rule: 'extra_results',
    refused: history(assistant(text), user(result())),
    valid: history(assistant(use()), user(result())),
    says: 'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
  },
  {
    rule: 'results_first',
    modelId: haiku,
    refused: history(assistant(use()), user(text, result())),
    valid: history(assistant(use()), user(result(), text)),
    says: /must begin with a matching number of `tool_result` blocks$/,
  },
  // Media
  {
    rule: 'image_unsupported',
    modelId: 'amazon.nova-micro-v1:0',
    refused: asking(text, image({ bytes: png })),
    valid: plain,
    says: "This model doesn't support the image content block that you provided. Update the content block and try again.",
    code: 'unsupported_feature',
  },
  {
    rule: 'document_unsupported',
    modelId: 'amazon.nova-micro-v1:0',
    refused: asking(text, document('Report')),
    valid: plain,
    says: "This model doesn't support documents.",
    code: 'unsupported_feature',
  },
  {
    rule: 'video_unsupported',
    modelId: haiku,
    refused: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    valid: plain,
    says: /the video content block/,
    code: 'unsupported_feature',
  },
  {
    rule: 'audio_unsupported',
    ...model({ input: { audio: false } }),
    refused: asking(text, { audio: { format: 'wav', source: { bytes: png } } }),
    valid: plain,
    says: /the audio content block/,
    code: 'unsupported_feature',
  },
  {
    rule: 'image_format_known',
    refused: asking(text, image({ bytes: png }, 'bmp')),
    valid: asking(text, image({ bytes: png })),
    says: constraint(
      "'bmp'",
      'messages.1.member.content.2.member.image.format',
      'satisfy enum value set: [png, jpeg, gif, webp]',
    ),
  },
  {
    rule: 'document_format_known',
    refused: asking(text, { document: { name: 'a', format: 'rtf' as 'pdf', source: { bytes: png } } }),
    valid: asking(text, document('a')),
    says: /'rtf' .*document\.format/,
  },
  {
    rule: 'video_format_known',
    refused: asking(text, { video: { format: 'avi' as 'mp4', source: { bytes: png } } }),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: /'avi' .*video\.format/,
  },
  {
    rule: 'image_count',
    refused: asking(text, ...Array(21).fill(image({ bytes: png }))),
    valid: asking(text, ...Array(20).fill(image({ bytes: png }))),
    says: /21 images and the maximum is 20/,
    code: 'too_large',
  },
  {
    rule: 'image_bytes',
    refused: asking(text, image({ bytes: new Uint8Array(3_750_001) })),
    valid: asking(text, image({ bytes: new Uint8Array(3_750_000) })),
    says: /3750001 bytes and exceeds the maximum of 3750000/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: pngOf(8_001, 1) })),
    valid: asking(text, image({ bytes: pngOf(8_000, 8_000) })),
    says: /image dimensions exceed max allowed size: 8000 pixels/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: jpegOf(1, 8_001) }, 'jpeg')),
    valid: asking(text, image({ bytes: jpegOf(8_000, 1) }, 'jpeg')),
    says: /image dimensions exceed/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: gifOf(8_001, 1) }, 'gif')),
    valid: asking(text, image({ bytes: gifOf(1, 1) }, 'gif')),
    says: /image dimensions exceed/,
    code: 'too_large',
  },
  {
    rule: 'image_bytes_match_format',
    refused: asking(text, image({ bytes: png }, 'jpeg')),
    valid: asking(text, image({ bytes: new Uint8Array(8) }, 'jpeg')),
    says: fromModel(
      'messages.0.content.1.image.source.base64.data: Image does not match the provided media type image/jpeg',
    ),
  },
  {
    rule: 'image_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, image({ s3Location: { uri: 's3://rocks/1.png' } })),
    valid: asking(text, image({ bytes: png })),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 'document_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, { document: { name: 'a', source: { s3Location: { uri: 's3://rocks/1.pdf' } } } }),
    valid: asking(text, document('a')),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 'video_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, { video: { format: 'mp4', source: { s3Location: { uri: 's3://rocks/1.mp4' } } } }),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 's3_uri',
    modelId: nova,
    refused: asking(text, image({ s3Location: { uri: 'https://rocks/1.png' } })),
    valid: asking(text, image({ s3Location: { uri: 's3://rocks/1.png' } })),
    says: /s3Location\.uri' failed/,
  },
  {
    rule: 'document_count',
    refused: asking(text, ...['a', 'b', 'c', 'd', 'e', 'f'].map(document)),
    valid: asking(text, ...['a', 'b', 'c', 'd', 'e'].map(document)),
    says: /6 documents and the maximum is 5/,
    code: 'too_large',
  },
  {
    rule: 'document_bytes',
    refused: asking(text, { document: { name: 'a', format: 'csv', source: { bytes: new Uint8Array(4_500_001) } } }),
    valid: asking(text, { document: { name: 'a', format: 'csv', source: { bytes: new Uint8Array(4_500_000) } } }),
    says: /4500001 bytes and exceeds the maximum document size/,
    code: 'too_large',
  },
  {
    rule: 'document_name_length',
    refused: asking(text, document('a'.repeat(201))),
    valid: asking(text, document('a'.repeat(200))),
    says: /have length less than or equal to 200$/,
  },
  {
    rule: 'document_name',
    refused: asking(text, document('report.pdf')),
    valid: asking(text, document('Report (1) [a]-b')),
    says: /^The document file name can only contain/,
  },
  {
    rule: 'document_name',
    refused: asking(text, document('two  blanks')),
    valid: asking(text, document('under_score')),
    says: /^The document file name can only contain/,
  },
  {
    rule: 'document_name_twice',
    refused: { messages: [user(text, document('a')), assistant(text), user(text, document('a'))] },
    valid: { messages: [user(text, document('a')), assistant(text), user(text, document('b'))] },
    says: "Messages can't contain duplicate document names. Rename the document and retry your request.",
  },
  {
    rule: 'document_without_text',
    refused: asking(document('a')),
    valid: asking(text, document('a')),
    says: /^A text block is required when using documents/,
  },
  {
    rule: 'video_count',
    refused: asking(text, ...Array(2).fill({ video: { format: 'mp4', source: { bytes: png } } })),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: /2 videos and the maximum is 1/,
    code: 'too_large',
  },
  // Inference
  {
    rule: 'max_tokens_range',
    refused: inference({ maxTokens: 0 }),
    valid: inference({ maxTokens: 1 }),
    says: constraint("'0'", 'inferenceConfig.maxTokens', 'have value greater than or equal to 1'),
  },
  {
    rule: 'temperature_range',
    refused: inference({ temperature: 1.5 }),
    valid: inference({ temperature: 1 }),
    says: constraint("'1.5'", 'inferenceConfig.temperature', 'have value less than or equal to 1'),
  },
  {
    rule: 'top_p_range',
    refused: inference({ topP: -0.1 }),
    valid: inference({ topP: 0 }),
    says: /value greater than or equal to 0$/,
  },
  {
    rule: 'stop_sequence_count',
    refused: inference({ stopSequences: Array(2_501).fill('a') }),
    valid: inference({ stopSequences: Array(2_500).fill('a') }),
    says: /less than or equal to 2500$/,
  },
  {
    rule: 'stop_sequence_empty',
    refused: inference({ stopSequences: ['a', ''] }),
    valid: inference({ stopSequences: [' '] }),
    says: constraint("''", 'inferenceConfig.stopSequences.2.member', 'have length greater than or equal to 1'),
  },
  {
    rule: 'temperature_unsupported',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: inference({ temperature: 0.5 }),
    valid: plain,
    says: fromModel('`temperature` is deprecated for this model.'),
    code: 'unsupported_feature',
  },
  {
    rule: 'temperature_unsupported',
    modelId: 'us.openai.gpt-5.6-sol',
    refused: inference({ temperature: 0.5 }),
    valid: plain,
    says: remove('temperature'),
    code: 'unsupported_feature',
  },
  {
    rule: 'top_p_unsupported',
    modelId: 'us.openai.gpt-5.6-sol',
    refused: inference({ topP: 0.5 }),
    valid: plain,
    says: remove('topP'),
    code: 'unsupported_feature',
  },
  {
    rule: 'top_k_unsupported',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: fields({ top_k: 5 }),
    valid: plain,
    says: fromModel('`top_k` is deprecated for this model.'),
    code: 'unsupported_feature',
  },
  {
    rule: 'stop_sequences_unsupported',
    modelId: 'openai.gpt-oss-20b-1:0',
    refused: inference({ stopSequences: ['a'] }),
    valid: inference({ stopSequences: [] }),
    says: remove('stopSequences'),
    code: 'unsupported_feature',
  },
  {
    rule: 'temperature_and_top_p',
    modelId: haiku,
    refused: inference({ temperature: 0.5, topP: 0.5 }),
    valid: inference({ topP: 0.5 }),
    says: fromModel('`temperature` and `top_p` cannot both be specified for this model. Please use only one.'),
    code: 'unsupported_feature',
  },
  {
    rule: 'max_tokens_of_model',
    modelId: haiku,
    refused: inference({ maxTokens: 64_001 }),
    valid: inference({ maxTokens: 64_000 }),
    says: 'The maximum tokens you requested exceeds the model limit of 64000. Try again with a maximum tokens value that is lower than 64000.',
  },
  {
    rule: 'context_overflow',
    ...model({ limits: { contextTokens: 10 } }),
    refused: asking({ text: 'a'.repeat(41) }),
    valid: asking({ text: 'a'.repeat(40) }),
    says: 'Input is too long for requested model.',
    code: 'context_overflow',
  },
  {
    rule: 'context_overflow',
    ...claude({ limits: { contextTokens: 10 } }),
    refused: asking({ text: 'a'.repeat(41) }),
    valid: asking({ text: 'a'.repeat(40) }),
    says: fromModel('prompt is too long: 11 tokens > 10 maximum'),
    code: 'context_overflow',
  },
  {
    rule: 'additional_fields_object',
    refused: fields([1]),
    valid: fields({}),
    says: /^The format of the value at additionalModelRequestFields is invalid/,
  },
  {
    rule: 'additional_field_unknown',
    modelId: nova,
    refused: fields({ granite: 1 }),
    valid: fields({ inferenceConfig: { topK: 5 } }),
    says: 'Malformed input request: #: extraneous key [granite] is not permitted, please reformat your input and try again.',
  },
  // Caching
  {
    rule: 'cache_type',
    refused: asking(text, { cachePoint: { type: 'other' as 'default' } }),
    valid: asking(text, cachePoint()),
    says: /cachePoint\.type'.*\[default\]$/,
  },
  {
    rule: 'cache_ttl_known',
    modelId: haiku,
    refused: asking(text, cachePoint('2h')),
    valid: asking(text, cachePoint('1h')),
    says: /cachePoint\.ttl'.*\[5m, 1h\]$/,
  },
  {
    rule: 'caching_unsupported',
    modelId: 'us.moonshotai.kimi-k3',
    refused: asking(text, cachePoint()),
    valid: plain,
    name: 'AccessDeniedException',
    says: 'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    code: 'unsupported_feature',
  },
  {
    rule: 'cache_place',
    modelId: nova,
    refused: withTools({ tools: [tool(), cachePoint()] }),
    valid: asking(text, cachePoint()),
    says: 'Malformed input request: #/toolConfig/tools/1: extraneous key [cachePoint] is not permitted, please reformat your input and try again.',
    code: 'unsupported_feature',
  },
  {
    rule: 'cache_ttl_unsupported',
    modelId: nova,
    refused: asking(text, cachePoint('1h')),
    valid: asking(text, cachePoint('5m')),
    says: /cachePoint\.ttl of 1h/,
    code: 'unsupported_feature',
  },
  {
    rule: 'cache_ttl_order',
    modelId: haiku,
    refused: settings({ system: [text, cachePoint('5m')], messages: [user(text, cachePoint('1h'))] }),
    valid: settings({ system: [text, cachePoint('1h')], messages: [user(text, cachePoint('5m'))] }),
    says: /^The model returned the following errors: messages\.0\.content\.1\.cache_control\.ttl: a ttl='1h' cache_control block must not come after a ttl='5m'/,
  },
  {
    rule: 'cache_point_first',
    refused: asking(cachePoint(), text),
    valid: asking(text, cachePoint()),
    says: /^The cachePoint at messages\.0\.content\.0 follows no content/,
  },
  {
    rule: 'cache_after_text_document',
    refused: asking(text, { document: { name: 'a', source: { text: 'Hard.' } } }, cachePoint()),
    valid: asking({ document: { name: 'a', source: { text: 'Hard.' } } }, text, cachePoint()),
    says: /can't follow a text document/,
  },
  {
    rule: 'cache_point_count',
    modelId: haiku,
    refused: asking(...Array(5).fill([text, cachePoint()]).flat()),
    valid: asking(...Array(4).fill([text, cachePoint()]).flat()),
    says: fromModel('A maximum of 4 blocks with cache_control may be provided. Found 5.'),
  },
  // Reasoning
  {
    rule: 'reasoning_unsigned',
    modelId: haiku,
    refused: { messages: [user(text), assistant(reasoning(), text), user(text)] },
    valid: { messages: [user(text), assistant(reasoning('EqoB'), text), user(text)] },
    // In process it is blotted out, as it might be one.
    says: fromModel('messages.1.content.0.thinking.signature: [secret] required'),
  },
  {
    rule: 'reasoning_changed',
    modelId: haiku,
    refused: { messages: [user(text), assistant(reasoning(signReasoning('Mica.')), text), user(text)] },
    valid: { messages: [user(text), assistant(reasoning(signReasoning('Quartz.')), text), user(text)] },
    says: fromModel('messages.1.content.0: Invalid `signature` in `thinking` block'),
  },
  {
    rule: 'reasoning_signature_unsupported',
    modelId: 'openai.gpt-oss-20b-1:0',
    refused: { messages: [user(text), assistant(reasoning('EqoB'), text), user(text)] },
    valid: { messages: [user(text), assistant(reasoning(), text), user(text)] },
    says: remove('reasoningContent.reasoningText.signature'),
    code: 'unsupported_feature',
  },
  {
    rule: 'thinking_budget_unsupported',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: thinking(1024),
    valid: fields({ thinking: { type: 'adaptive' } }),
    says: /"thinking\.type\.enabled" is not supported for this model/,
    code: 'unsupported_feature',
  },
  {
    rule: 'thinking_always_on',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: fields({ thinking: { type: 'disabled' } }),
    valid: fields({ thinking: { type: 'adaptive' } }),
    says: /"thinking\.type\.disabled" is not supported/,
    code: 'unsupported_feature',
  },
  {
    rule: 'thinking_budget_least',
    modelId: haiku,
    refused: thinking(1023),
    valid: thinking(1024),
    says: fromModel('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024'),
  },
  {
    rule: 'thinking_budget_below_max_tokens',
    modelId: haiku,
    refused: thinking(2000, { inferenceConfig: { maxTokens: 2000 } }),
    valid: thinking(2000, { inferenceConfig: { maxTokens: 2001 } }),
    says: fromModel('`max_tokens` must be greater than `thinking.budget_tokens`.'),
  },
  {
    rule: 'thinking_temperature',
    modelId: haiku,
    refused: thinking(1024, { inferenceConfig: { temperature: 0.5 } }),
    valid: thinking(1024, { inferenceConfig: { temperature: 1 } }),
    says: fromModel('`temperature` may only be set to 1 when thinking is enabled.'),
  },
  {
    rule: 'thinking_top_p',
    modelId: haiku,
    refused: thinking(1024, { inferenceConfig: { topP: 0.9 } }),
    valid: thinking(1024, { inferenceConfig: { topP: 0.95 } }),
    says: /^The model returned the following errors: `top_p` must be greater than or equal to 0\.95/,
  },
  {
    rule: 'thinking_comes_first',
    modelId: haiku,
    refused: thinking(1024, history(assistant(use()), user(result()))),
    valid: thinking(1024, history(assistant(reasoning('EqoB'), use()), user(result()))),
    says: /Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
  },
  {
    rule: 'effort_known',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    refused: settings({ outputConfig: { effort: 'huge' } }),
    valid: settings({ outputConfig: { effort: 'high' } }),
    says: /output_config\.effort: Input should be 'low'/,
    code: 'unsupported_feature',
  },
  // Structured output
  {
    rule: 'effort_length',
    refused: settings({ outputConfig: { effort: 'a'.repeat(17) } }),
    valid: settings({ outputConfig: { effort: 'a'.repeat(16) } }),
    says: /less than or equal to 16$/,
  },
  {
    rule: 'structured_output_unsupported',
    modelId: 'us.anthropic.claude-sonnet-5-5',
    validModelId: haiku,
    refused: schema(closed),
    valid: schema(closed),
    says: remove('outputConfig.textFormat'),
    code: 'unsupported_feature',
  },
  {
    rule: 'output_schema_json',
    refused: schema([] as object),
    valid: schema(closed),
    says: /jsonSchema\.schema is invalid/,
  },
  {
    rule: 'output_schema_keyword',
    refused: schema({ ...closed, properties: { a: { type: 'number', minimum: 0 } } }),
    valid: schema({ ...closed, properties: { minimum: { type: 'number' } } }),
    says: /property 'minimum' is not supported/,
  },
  {
    rule: 'output_schema_keyword',
    refused: schema({ ...closed, properties: { a: { type: 'array', minItems: 2 } } }),
    valid: schema({ ...closed, properties: { a: { type: 'array', minItems: 1 } } }),
    says: /property 'minItems' is not supported/,
  },
  {
    rule: 'output_schema_open_object',
    refused: schema({ type: 'object' }),
    valid: schema(closed),
    says: /'additionalProperties' must be explicitly set to false/,
  },
  {
    rule: 'structured_output_with_citations',
    refused: schema(
      closed,
      asking(text, { document: { name: 'a', source: { text: 'Hard.' }, citations: { enabled: true } } }),
    ),
    valid: schema(
      closed,
      asking(text, { document: { name: 'a', source: { text: 'Hard.' }, citations: { enabled: false } } }),
    ),
    says: /not supported with citations/,
  },
  {
    rule: 'structured_output_with_prefill',
    refused: schema(closed, { messages: [user(text), assistant({ text: '{' })] }),
    valid: schema(closed),
    says: /not supported with assistant message prefill/,
  },
  // Settings
  {
    rule: 'guardrail_pair',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123' } }),
    valid: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1' } }),
    says: /must be used together/,
  },
  {
    rule: 'guardrail_version',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '0' } }),
    valid: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: 'DRAFT' } }),
    says: /guardrailConfig\.guardrailVersion'/,
  },
  {
    rule: 'guardrails_unsupported',
    modelId: 'cohere.command-r-v1:0',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1' } }),
    valid: plain,
    says: /doesn't support guardrails/,
    code: 'unsupported_feature',
  },
  {
    rule: 'service_tier_known',
    refused: settings({ serviceTier: { type: 'gold' } }),
    valid: settings({ serviceTier: { type: 'flex' } }),
    says: /'gold' at 'serviceTier\.type'/,
  },
  {
    rule: 'service_tier_unsupported',
    modelId: haiku,
    refused: settings({ serviceTier: { type: 'flex' } }),
    valid: settings({ serviceTier: { type: 'default' } }),
    says: /the flex service tier/,
    code: 'unsupported_feature',
  },
  {
    rule: 'latency_known',
    refused: settings({ performanceConfig: { latency: 'fast' } }),
    valid: settings({ performanceConfig: { latency: 'standard' } }),
    says: /'fast' at 'performanceConfig\.latency'/,
  },
  {
    rule: 'metadata_count',
    refused: settings({ requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, key) => [key, ''])) }),
    valid: settings({ requestMetadata: { a: '' } }),
    says: /less than or equal to 16$/,
  },
  {
    rule: 'metadata_text',
    refused: settings({ requestMetadata: { a: 'ü' } }),
    valid: settings({ requestMetadata: { a: 'b' } }),
    says: /requestMetadata' failed to satisfy constraint: Member must satisfy regular expression/,
  },
  {
    rule: 'response_paths_count',
    refused: settings({ additionalModelResponseFieldPaths: Array(11).fill('/a') }),
    valid: settings({ additionalModelResponseFieldPaths: Array(10).fill('/a') }),
    says: /less than or equal to 10$/,
  },
  {
    rule: 'response_path_pointer',
    refused: settings({ additionalModelResponseFieldPaths: ['stop_sequence'] }),
    valid: settings({ additionalModelResponseFieldPaths: ['/stop_sequence'] }),
    says: /\.0 is not a valid JSON Pointer/,
  },
  {
    rule: 'prompt_variables_without_prompt',
    validModelId: prompt,
    refused: settings({ promptVariables: { rock: text } }),
    valid: { promptVariables: { rock: text } },
    says: /promptVariables field can only be used/,
  },
  {
    rule: 'prompt_with_own_settings',
    modelId: prompt,
    validModelId: nova,
    refused: inference({ maxTokens: 5 }),
    valid: inference({ maxTokens: 5 }),
    says: /The inferenceConfig field can't be used/,
  },
];

test.each(cases)('$rule: refuses $says', async (one) => {
  const { name: awsName = 'ValidationException', code = 'invalid_request', says } = one;
  const error = await answered(one, 'refused').catch((error: ConverseError) => error);
  expect(error).toMatchObject({
    awsName,
    code,
    message: typeof says === 'string' ? says : expect.stringMatching(says),
  });
  await expect(answered(one, 'valid')).resolves.toMatchObject({ stopReason: expect.any(String) });
});

test('says it over the wire to the letter, by its own name', async () => {
  await using emulator = await createEmulator();
  const response = await fetch(`${emulator.url}/model/${encodeURIComponent(haiku)}/converse-stream`, {
    method: 'POST',
    body: JSON.stringify({ messages: [user(text), assistant(reasoning(), text), user(text)] }),
  });
  expect([response.status, response.headers.get('x-amzn-errortype'), await response.json()]).toEqual([
    400,
    'ValidationException',
    { message: fromModel('messages.1.content.0.thinking.signature: Field required') },
  ]);
});

test('each rule has a case, and a source', () => {
  const ids = bedrockRules.map(({ id }) => id).filter((id) => id !== 'end_of_life');
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(ids));
  expect(new Set(ids).size).toBe(ids.length);
  expect(bedrockRules.filter(({ source }) => source.length < 10)).toEqual([]);
});

test('refuses models from their end of life on, if dates are switched on', async () => {
  const target = { model: 'Jamba', id: 'ai21.jamba-1-5-large-v1:0', region: 'us-east-1', route: 'in_region' };
  let now = Date.parse('2026-11-25T23:59:59Z');
  await using emulator = await createEmulator({ lifecycle: true, wallNow: () => now, respond: () => 'Granite.' });
  await emulator.connect(target).converse(plain);
  now += 1_000;
  await expect(emulator.connect(target).converse(plain)).rejects.toMatchObject({
    code: 'model_retired',
    awsName: 'ResourceNotFoundException',
    status: 404,
  });
  await using timeless = await createEmulator({ wallNow: () => now, respond: () => 'Granite.' });
  await timeless.connect(target).converse(plain);
});

test('lenient, it answers all of that', async () => {
  await using emulator = await createEmulator({ lenient: true, respond: () => 'Granite.' });
  const target = { model: 'any', id: 'acme.granite-v9:0', region: 'xx-nowhere-1', route: 'in_region' };
  // What is no block at all cannot be read, and what is no version of a guardrail leads to none.
  const isAnswered = ({ rule, says }: Case) =>
    rule !== 'guardrail_version' && (rule !== 'known_block' || !String(says).includes('content\\.0'));
  for (const { refused } of cases.filter(isAnswered)) await emulator.connect(target).converse(refused);
  expect(emulator.requests.length).toBeGreaterThan(100);
});

test('never fails on a request, whatever it holds', async () => {
  await using emulator = await createEmulator({ respond: () => 'Granite.' });
  const some = anything({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value) ?? 'null'));
  const block = constantFrom('text', 'image', 'document', 'toolUse', 'toolResult', 'reasoningContent', 'cachePoint');
  const blocks = record({ kind: block, value: some }).map(({ kind, value }) => ({ [kind]: value }));
  const request = record(
    {
      messages: blocks.map((block) => [{ role: 'user', content: [text, block] }]),
      system: blocks.map((block) => [block]),
      toolConfig: record({ tools: some.map((json) => [tool({ inputSchema: { json } })]) }),
      additionalModelRequestFields: some,
      outputConfig: some.map((value) => schema(value as object).outputConfig),
      requestMetadata: some,
    },
    { requiredKeys: ['messages'] },
  );
  const property = asyncProperty(request, constantFrom(haiku, nova), async (request, id) => {
    const response = await fetch(`${emulator.url}/model/${encodeURIComponent(id)}/converse`, {
      method: 'POST',
      body: JSON.stringify(request),
    });
    const status = response.status;
    expect({ status, body: await response.text() }).toMatchObject({ status: expect.toBeOneOf([200, 400]) });
  });
  await check(property);
});

async function answered(one: Case, which: 'refused' | 'valid') {
  const { models, modelId = nova, validModelId = modelId, operation = 'converse', validOperation = operation } = one;
  // The traits of the model are known, and nothing else is.
  await using emulator = await createEmulator({ models, respond: () => 'Granite.' });
  const [id = '', region = 'us-east-1'] = (which === 'refused' ? modelId : validModelId).split(' ');
  const converse = emulator.connect({ model: id, id, region, route: 'in_region' });
  const call = which === 'refused' ? operation : validOperation;
  return call === 'converse' ? converse.converse(one[which]) : converse.converseStream(one[which]).response;
}

function pngOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.concat([png, Buffer.alloc(8)]);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
}

function jpegOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.from('ffd8ffe000044a46ffc0001108000000000301', 'hex');
  bytes.writeUInt16BE(height, 13);
  bytes.writeUInt16BE(width, 15);
  return new Uint8Array(bytes);
}

function gifOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.from('GIF89a....');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return new Uint8Array(bytes);
}

test('a budget for all thoughts between tool calls may be more than maxTokens', async () => {
  await using emulator = await createEmulator();
  const model = emulator.connect({ model: 'Claude Haiku 4.5', id: haiku, region: 'us-east-1', route: 'geo' });
  const betas = {
    anthropic_beta: ['interleaved-thinking-2025-05-14'],
    thinking: { type: 'enabled', budget_tokens: 9_000 },
  };
  const request = { ...fields(betas), inferenceConfig: { maxTokens: 4_000 } };
  await expect(model.converse(request)).rejects.toThrow(/must be greater than/);
  expect(await model.converse({ ...request, toolConfig: { tools: [tool()] } })).toMatchObject({
    stopReason: 'end_turn',
  });
});
