import type { JsonValue, OutputFormat } from '@outcrop/converse';
import { invalid, unsupported } from './refuse.ts';

/** The schema that the answer should fit, which Converse has as a text and everybody else as an object. */
export function jsonSchemaOf(
  { type, structure }: OutputFormat,
  format: string,
): { name?: string | undefined; description?: string | undefined; schema: JsonValue } {
  const path = 'outputConfig.textFormat.structure.jsonSchema';
  const { jsonSchema } = structure;
  if (type !== 'json_schema' || !jsonSchema)
    throw unsupported(format, 'textFormat', 'outputConfig.textFormat', 'knows JSON of a schema only');
  const { schema, ...named } = jsonSchema;
  try {
    return { ...named, schema: JSON.parse(schema) };
  } catch {
    // The parser's own error quotes the text.
    throw invalid(`${path}.schema`, 'it has to be the JSON text of a schema');
  }
}
