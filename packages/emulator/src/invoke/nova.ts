import type { ConverseStreamEvent, JsonValue } from '@outcrop/converse';
import { requestFromJson, toJson } from '@outcrop/converse/json';
import { defineFormat } from './format.ts';
import { present } from './present.ts';
import { anything, base64, boolean, integer, list, literal, number, object, record, string } from './schema.ts';

const source = object({ 'bytes?': base64, 's3Location?': object({ uri: string(), 'bucketOwner?': string() }) });
const image = object({ format: literal('jpeg', 'png', 'gif', 'webp'), source });
const video = object({
  format: literal('mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'),
  source,
});
const document = object({
  format: literal('csv', 'doc', 'docx', 'html', 'md', 'pdf', 'txt', 'xls', 'xlsx'),
  name: string({ minLength: 1 }),
  source,
});
const cachePoint = object({ type: literal('default') });
const block = object({
  'text?': string(),
  'image?': image,
  'document?': document,
  'video?': video,
  'toolUse?': object({ toolUseId: string(), name: string(), input: record }),
  'toolResult?': object({
    toolUseId: string(),
    content: list(
      object({ 'text?': string(), 'json?': record, 'image?': image, 'document?': document, 'video?': video }),
    ),
    'status?': literal('success', 'error'),
  }),
  'reasoningContent?': object({ 'reasoningText?': object({ text: string(), 'signature?': string() }) }),
  'cachePoint?': cachePoint,
});

/** Nova's messages: Converse's own, with base64 where bytes stand. */
export const nova = defineFormat({
  body: object({
    'schemaVersion?': literal('messages-v1'),
    messages: list(object({ role: literal('user', 'assistant'), content: list(block, { minItems: 1 }) }), {
      minItems: 1,
    }),
    'system?': list(object({ 'text?': string(), 'cachePoint?': cachePoint })),
    // Both spellings stand in AWS's examples.
    'inferenceConfig?': object({
      'maxTokens?': integer(1),
      'max_new_tokens?': integer(1),
      'temperature?': number(0, 1),
      'topP?': number(0, 1),
      'top_p?': number(0, 1),
      'topK?': integer(0),
      'top_k?': integer(0),
      'stopSequences?': list(string({ minLength: 1 })),
    }),
    'toolConfig?': object({
      tools: list(
        object({
          'toolSpec?': object({
            name: string(),
            'description?': string(),
            inputSchema: object({ json: record }),
            'strict?': boolean,
          }),
          'systemTool?': object({ name: string() }),
          'cachePoint?': cachePoint,
        }),
        { minItems: 1 },
      ),
      'toolChoice?': object({ 'auto?': anything, 'any?': anything, 'tool?': object({ name: string() }) }),
    }),
    'reasoningConfig?': object({
      type: literal('enabled', 'disabled'),
      'maxReasoningEffort?': literal('low', 'medium', 'high'),
    }),
  }),

  read({ messages, system, inferenceConfig = {}, toolConfig, reasoningConfig }) {
    const { maxTokens, max_new_tokens, temperature, topP, top_p, topK, top_k, stopSequences } = inferenceConfig;
    const most = topK ?? top_k;
    const fields = present({ inferenceConfig: most === undefined ? undefined : { topK: most }, reasoningConfig });
    return requestFromJson(
      present({
        messages,
        system,
        toolConfig,
        inferenceConfig: { maxTokens: maxTokens ?? max_new_tokens, temperature, topP: topP ?? top_p, stopSequences },
        additionalModelRequestFields: Object.keys(fields).length > 0 ? (fields as JsonValue) : undefined,
      }),
    );
  },

  write: ({ output, stopReason, usage }) => ({
    output: toJson(output as never),
    stopReason,
    usage: present({
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      totalTokens: usage.totalTokens,
      cacheReadInputTokenCount: usage.cacheReadInputTokens,
      cacheWriteInputTokenCount: usage.cacheWriteInputTokens,
    }),
  }),

  stream: () => ({
    add: (event: ConverseStreamEvent) => [toJson(event) as object],
    end: ({ stopReason, usage }) => [{ messageStop: { stopReason } }, { metadata: { usage, metrics: {}, trace: {} } }],
  }),
});
