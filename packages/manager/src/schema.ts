import type { JsonSchema, StandardSchema } from '@outcrop/converse';

/** A schema that can also say what it is as JSON Schema, as those of zod 4.2 and newer can. See standardschema.dev. */
export type StandardJsonSchema<Output = unknown> = StandardSchema<Output> & {
  readonly '~standard': {
    readonly jsonSchema: {
      /** What goes in, before the schema makes anything of it: what the model writes. */
      readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown>;
    };
  };
};

/** The JSON Schema of what the model has to write. */
export function jsonSchemaOf(schema: JsonSchema | StandardSchema): JsonSchema {
  if (!isStandard(schema)) return schema;
  const { jsonSchema } = schema['~standard'] as Partial<StandardJsonSchema['~standard']>;
  if (jsonSchema === undefined) {
    throw new TypeError(
      'This schema can check values but not say what it is as JSON Schema, which the model has to be told: give a plain JSON Schema, or one of a library with the JSON Schema side of Standard Schema, such as zod 4.2.',
    );
  }
  return jsonSchema.input({ target: 'draft-2020-12' });
}

/** Some libraries make their schemas callable. */
export function isStandard(schema: JsonSchema | StandardSchema): schema is StandardSchema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema;
}
