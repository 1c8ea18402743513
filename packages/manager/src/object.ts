import {
  type ConverseRequest,
  type ConverseResponse,
  type JsonSchema,
  parseObject,
  type StandardSchema,
} from '@outcrop/converse';
import { ask } from './ask.ts';
import type { Core } from './core.ts';
import type { ManagerCallOptions } from './options.ts';
import { jsonSchemaOf } from './schema.ts';

/** An object that fits its schema, and the reply that it came with. */
export type ObjectReply<Output> = { object: Output; reply: ConverseResponse };

/** Asks for an object of that schema, down the rungs, until what comes fits. */
export async function askForObject(
  core: Core,
  schema: JsonSchema | StandardSchema,
  request: ConverseRequest,
  options: ManagerCallOptions,
): Promise<ObjectReply<unknown>> {
  const jsonSchema = { schema: JSON.stringify(jsonSchemaOf(schema)), name: 'reply' };
  const textFormat = { type: 'json_schema' as const, structure: { jsonSchema } };
  let object: unknown;
  const reply = await ask(
    core,
    { ...request, outputConfig: { ...request.outputConfig, textFormat } },
    {
      ...options,
      async validate(reply) {
        object = await parseObject(reply, schema as StandardSchema);
        return options.validate?.(reply) ?? 'ok';
      },
    },
    'object',
  );
  return { object, reply };
}
