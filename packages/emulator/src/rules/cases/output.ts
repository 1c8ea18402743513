import { asking, assistant, type Case, closed, haiku, remove, schema, settings, text, user } from './case.ts';

export const outputCases: readonly Case[] = [
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
    rule: 'output_schema_recursive',
    refused: schema({ ...closed, properties: { next: { $ref: '#' } } }),
    valid: schema({ ...closed, properties: { next: { enum: [{ $ref: '#' }] } } }),
    says: /Recursive schemas are not supported/,
  },
  {
    rule: 'output_schema_recursive',
    refused: schema({
      ...closed,
      properties: { rock: { $ref: '#/$defs/rock' } },
      $defs: { rock: { anyOf: [{ $ref: '#/$defs/stone' }] }, stone: { items: { $ref: '#/$defs/rock' } } },
    }),
    valid: schema({
      ...closed,
      properties: { rock: { $ref: '#/$defs/rock' }, other: { $ref: '#/$defs/rock' } },
      $defs: { rock: { anyOf: [{ $ref: '#/$defs/stone' }] }, stone: { type: 'string' } },
    }),
    says: /Recursive schemas are not supported/,
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
];
