import type { ModelTraits, OutputFormat, ToolChoice, ToolSpec, Warning } from '@outcrop/converse';
import { type JsonObject, present, withRequestFields } from '../fields.ts';
import type { InvokeFormat } from '../format.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { unsupported } from '../refuse.ts';
import { refuseFields, settingsOf, withMaxTokens } from '../settings.ts';
import { toolSpecsOf } from '../tool-specs.ts';
import { decodeChat, decodeChatStream } from './reply.ts';
import { messagesOf } from './request-messages.ts';

/** What tells one dialect of chat completions from another. */
type Dialect = {
  name: string;
  /** What a reply may be long is called. */
  maxTokens(traits: ModelTraits): string;
  /** What is sent where the service's own default cuts answers short. */
  mostTokens?: number;
  /** How a call of any tool is demanded. */
  anyTool: string;
  /** Whether one tool can be demanded by its name. */
  oneTool: boolean;
  /** Whether it takes a schema for its answer, and words for its effort. */
  output: boolean;
};

/** OpenAI's chat completions, which most of the open models speak: gpt-oss, Qwen, DeepSeek V3, GLM, Kimi and more. */
export const openaiChat: InvokeFormat = createChat({
  name: 'openai_chat',
  maxTokens: ({ family }) => (family === 'gpt_oss' ? 'max_completion_tokens' : 'max_tokens'),
  anyTool: 'required',
  oneTool: true,
  output: true,
});

/** Mistral's own, from Mistral Large 2 to Pixtral. */
export const mistralChat: InvokeFormat = createChat({
  name: 'mistral_chat',
  maxTokens: () => 'max_tokens',
  mostTokens: 8192,
  anyTool: 'any',
  oneTool: false,
  output: false,
});

/** AI21 Jamba. */
export const jamba: InvokeFormat = createChat({
  name: 'jamba',
  maxTokens: () => 'max_tokens',
  mostTokens: 4096,
  anyTool: 'required',
  oneTool: false,
  output: false,
});

function createChat({ name, maxTokens, mostTokens, anyTool, oneTool, output }: Dialect): InvokeFormat {
  function choiceOf({ auto, any, tool }: ToolChoice): string | JsonObject {
    if (auto) return 'auto';
    if (any) return anyTool;
    if (tool && oneTool) return { type: 'function', function: { name: tool.name } };
    throw unsupported(
      name,
      'toolChoice',
      'toolConfig.toolChoice',
      'can leave tools to the model or demand any of them',
    );
  }

  return {
    name,
    encode(request, { traits }) {
      refuseFields(request, name, { tools: true, output });
      const warnings: Warning[] = [];
      const { toolConfig, outputConfig } = request;
      const full = mostTokens === undefined ? request : withMaxTokens(request, traits, mostTokens);
      const names = { maxTokens: maxTokens(traits), temperature: 'temperature', topP: 'top_p', stopSequences: 'stop' };
      const body = present({
        messages: messagesOf(request, name, warnings),
        ...settingsOf(full, names, name),
        tools: toolConfig && toolSpecsOf(toolConfig, name, warnings).map(functionOf),
        tool_choice: toolConfig?.toolChoice && choiceOf(toolConfig.toolChoice),
        response_format: outputConfig?.textFormat && responseFormat(outputConfig.textFormat, name),
        reasoning_effort: outputConfig?.effort,
      });
      return { body: withRequestFields(body, request, ['tools']), warnings };
    },
    decode: decodeChat,
    decodeStream: decodeChatStream,
  };
}

function functionOf({ name, description, inputSchema, strict }: ToolSpec): JsonObject {
  return { type: 'function', function: present({ name, description, parameters: inputSchema.json, strict }) };
}

function responseFormat(textFormat: OutputFormat, format: string): JsonObject {
  const { name = 'answer', description, schema } = jsonSchemaOf(textFormat, format);
  return { type: 'json_schema', json_schema: present({ name, description, schema }) };
}
