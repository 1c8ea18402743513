import { readFileSync } from 'node:fs';
import type { Converse, JsonSchema, LLMManager } from '@outcrop/bedrock';
import { WrongUse } from '../failure.ts';

/** The JSON Schema of a file. Throws {@link WrongUse} if there is none. */
export function readSchema(path: string): JsonSchema {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WrongUse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const schema = parse(text, path);
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonSchema;
  throw new WrongUse(`${path} is no JSON Schema: it has to be an object.`);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WrongUse(`${path} is no JSON.`);
  }
}

/** The manager itself, or one that is asked for objects of the schema only. */
export function askingFor(
  schema: JsonSchema | undefined,
  manager: Pick<LLMManager, 'converse' | 'converseStream' | 'object'>,
): Converse {
  if (schema === undefined) return manager;
  return {
    converse: async (request, options) => (await manager.object(schema, request, options)).reply,
    converseStream: (request, options) => manager.converseStream(request, options),
  };
}
