import type { JsonValue, ToolSpec, Warning } from '@outcrop/converse';
import { type JsonObject, present, withRequestFields } from '../fields.ts';
import type { InvokeFormat } from '../format.ts';
import { isObject } from '../read-body.ts';
import { refuseFields, settingsOf, withMaxTokens } from '../settings.ts';
import { refuseToolChoice, toolSpecsOf } from '../tool-specs.ts';
import { systemText } from '../turns.ts';
import { conversationOf, documentsOf } from './conversation.ts';
import { decodeCommandR, decodeCommandRStream } from './reply.ts';

const format = 'command_r';

/** Cohere Command R: the last message apart from its history, and what tools answered apart from both. */
export const commandR: InvokeFormat = {
  name: format,
  encode(request, { traits }) {
    refuseFields(request, format, { tools: true });
    const warnings: Warning[] = [];
    const { system = [], toolConfig } = request;
    if (toolConfig) refuseToolChoice(toolConfig, format);
    const documents = documentsOf(request, format);
    const body = present({
      ...conversationOf(request, format, warnings),
      preamble: systemText(system, format, warnings),
      ...settingsOf(withMaxTokens(request, traits, 4096), settings, format),
      tools: toolConfig && toolSpecsOf(toolConfig, format, warnings).map(toolOf),
      documents: documents.length > 0 ? documents : undefined,
    });
    return { body: withRequestFields(body, request, ['tools', 'documents']), warnings };
  },
  decode: decodeCommandR,
  decodeStream: decodeCommandRStream,
};

const settings = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'p', stopSequences: 'stop_sequences' };

function toolOf({ name, description = '', inputSchema }: ToolSpec): JsonObject {
  const { properties, required } = isObject(inputSchema.json) ? inputSchema.json : {};
  const needed = new Set(Array.isArray(required) ? required : []);
  const parameters = Object.entries(isObject(properties) ? properties : {}).map(([key, schema]) => [
    key,
    { ...parameterOf(schema as JsonValue), required: needed.has(key) },
  ]);
  return { name, description, parameter_definitions: Object.fromEntries(parameters) };
}

const pythonTypes: { readonly [type: string]: string } = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  array: 'List',
  object: 'Dict',
};

/** A parameter as a type of Python and a sentence. What a schema says beyond that goes into the sentence. */
function parameterOf(schema: JsonValue): { type: string; description: string } {
  const { type, description, ...more } = isObject(schema) ? schema : {};
  const sentences = [description, Object.keys(more).length > 0 && `JSON Schema: ${JSON.stringify(schema)}`];
  return {
    type: (typeof type === 'string' && Object.hasOwn(pythonTypes, type) && pythonTypes[type]) || 'Any',
    description: sentences.filter((sentence) => typeof sentence === 'string').join(' '),
  };
}
