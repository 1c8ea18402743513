import { readFile } from 'node:fs/promises';
import {
  type BulkItem,
  type ConverseRequest,
  createUserMessage,
  isMessageBuilderError,
  type JsonSchema,
} from '@outcrop/bedrock';
import { requestFromJson } from '@outcrop/converse/json';
import { WrongUse } from '../failure.ts';
import type { Row } from './rows.ts';
import { fillTemplate, namesIn, thereIs, type Variables } from './template.ts';

/** What all requests of a run have in common. */
export type RequestOptions = {
  template?: string | undefined;
  system?: string | undefined;
  maxTokens?: number | undefined;
  /** Of the answers. */
  schema?: JsonSchema | undefined;
};

/** The request of a row. Throws {@link WrongUse}, which says where, if there is none in it. */
export async function requestOf(row: Row, options: RequestOptions): Promise<BulkItem> {
  try {
    const request = await bare(row, options);
    return { request: withCommon(request, options), ...(row.id !== undefined && { id: row.id }) };
  } catch (error) {
    if (isMessageBuilderError(error)) {
      throw new WrongUse(`${row.place}: ${error.problems.map(({ message }) => message).join(' ')}`);
    }
    if (error instanceof WrongUse || error instanceof TypeError) throw new WrongUse(`${row.place}: ${error.message}`);
    throw error;
  }
}

async function bare(row: Row, { template }: RequestOptions): Promise<ConverseRequest> {
  const { variables, file } = row;
  if (file !== undefined) return fileRequest(file, variables, template);
  if (template === undefined && Array.isArray(variables['messages'])) {
    const { id: _, ...request } = variables;
    return requestFromJson(request as never);
  }
  return textRequest(template === undefined ? promptIn(variables) : fillTemplate(template, variables));
}

/** A template that asks for the text of a file gets it; to any other one the file is attached. */
async function fileRequest(file: string, variables: Variables, template: string | undefined): Promise<ConverseRequest> {
  if (template === undefined || namesIn(template).includes('text')) {
    const text = await readText(file);
    return textRequest(template === undefined ? text : fillTemplate(template, { ...variables, text }));
  }
  const message = createUserMessage().addText(fillTemplate(template, variables)).addLocalFile(file);
  return { messages: [await message.build()] };
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new WrongUse('it is no text: say what to do with it by --template, without {{text}}, and it is attached.');
  }
}

function promptIn(variables: Variables): string {
  const prompt = variables['prompt'] ?? variables['text'];
  if (typeof prompt === 'string') return prompt;
  throw new WrongUse(
    `it has no prompt, no text and no messages, but ${thereIs(variables)}: say by --template what to make of it.`,
  );
}

function textRequest(text: string): ConverseRequest {
  if (text.trim() === '') throw new WrongUse('its prompt is blank.');
  return { messages: [{ role: 'user', content: [{ text }] }] };
}

/** What a request says itself goes first. */
function withCommon(request: ConverseRequest, { system, maxTokens, schema }: RequestOptions): ConverseRequest {
  return {
    ...(system !== undefined && { system: [{ text: system }] }),
    ...request,
    ...(maxTokens !== undefined && { inferenceConfig: { maxTokens, ...request.inferenceConfig } }),
    // Part of the request, so that the journal knows the answers to another schema from these.
    ...(schema !== undefined && { outputConfig: { textFormat: formatOf(schema) } }),
  };
}

function formatOf(schema: JsonSchema) {
  return { type: 'json_schema' as const, structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'reply' } } };
}
