import type { ContentBlock, ConverseRequest, Message, ModelTraits, ToolSpec } from '@outcrop/converse';

export const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
export const nova = 'amazon.nova-lite-v1:0';
export const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82);
export const text = { text: 'Which rock is this?' };
export const document = (name: string) =>
  ({ document: { name, format: 'pdf', source: { bytes: png } } }) as ContentBlock;
export const image = (source: object, format = 'png') => ({ image: { format, source } }) as ContentBlock;
export const cachePoint = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } }) as ContentBlock;
export const use = (toolUseId = 'tooluse_1', input: unknown = {}) =>
  ({ toolUse: { toolUseId, name: 'find_rock', input } }) as ContentBlock;
export const result = (content: unknown[] = [{ text: 'In Bergen.' }], more: object = {}) =>
  ({ toolResult: { toolUseId: 'tooluse_1', content, ...more } }) as ContentBlock;
export const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
export const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
export const asking = (...content: ContentBlock[]): ConverseRequest => ({ messages: [user(...content)] });
export const tool = (more: Partial<ToolSpec> = {}) => ({
  toolSpec: { name: 'find_rock', inputSchema: { json: { type: 'object' } }, ...more },
});
export const withTools = (more: object = {}): ConverseRequest =>
  ({ ...asking(text), toolConfig: { tools: [tool()], ...more } }) as ConverseRequest;
export const withTool = (more: Partial<ToolSpec>) => withTools({ tools: [tool(more)] });
export const history = (...messages: Message[]): ConverseRequest => ({
  ...withTools(),
  messages: [user(text), ...messages],
});
export const settings = (more: object): ConverseRequest => ({ ...asking(text), ...more });
export const inference = (inferenceConfig: object) => settings({ inferenceConfig });
export const fields = (additionalModelRequestFields: object, more: object = {}) =>
  settings({ additionalModelRequestFields, ...more });
export const thinking = (budget_tokens: number, more: object = {}) =>
  fields({ thinking: { type: 'enabled', budget_tokens } }, more);
export const schema = (json: object, more: object = {}) => {
  const structure = { jsonSchema: { schema: JSON.stringify(json) } };
  return settings({ outputConfig: { textFormat: { type: 'json_schema', structure } }, ...more });
};
export const closed = { type: 'object', additionalProperties: false };
export const reasoning = (signature?: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text: 'Quartz.', signature } },
});
export const prompt = 'arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT1234';

/** A model that is known to have these traits, and its id. */
export const model = (traits: ModelTraits) => ({
  models: { 'test.granite-v1:0': traits },
  modelId: 'test.granite-v1:0',
});
export const claude = (traits: ModelTraits = {}) => model({ family: 'claude', ...traits });

export type Case = {
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

export const invalidId = 'The provided model identifier is invalid.';
export const constraint = (value: string, at: string, must: string) =>
  `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${must}`;
export const blank = (what: string, at: string) =>
  `The text field in the ${what} object at ${at} is blank. Add text to the text field, and try again.`;
export const fromModel = (message: string) => `The model returned the following errors: ${message}`;
export const remove = (field: string) =>
  `This model doesn't support the ${field} field. Remove ${field} and try again.`;
export const plain = asking(text);
