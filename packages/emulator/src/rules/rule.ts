import type {
  ContentBlock,
  ContentBlocks,
  ConverseErrorCode,
  ConverseRequest,
  Message,
  ModelTraits,
  Role,
  SystemBlock,
  Tool,
  ToolResultContent,
} from '@outcrop/converse';
import type { BedrockErrorName } from '../errors.ts';
import type { Place } from '../models.ts';

/** What rules look at, by the name of it: a content block by its own key. */
export type Parts = ContentBlocks & {
  address: Place;
  request: ConverseRequest;
  tool: Tool;
  system: SystemBlock;
  turn: Message;
  block: ContentBlock;
  result: ToolResultContent;
  /** When all of the rest was seen. */
  whole: ConverseRequest;
};

/** Where the walk through a request is, and what it has seen so far. */
export type Context = {
  readonly operation: string;
  readonly modelId: string;
  readonly region: string;
  readonly request: ConverseRequest;
  /** What is known for sure: what is only probable is left out. */
  readonly traits: ModelTraits;
  /** Of the prompt, by the emulator's own rule. */
  readonly inputTokens: number;
  /** `true` for the ARN of a managed prompt. */
  readonly isPrompt: boolean;
  /** `YYYY-MM-DD`, if models end. */
  readonly today: string | undefined;
  /** Such as `messages.0.content.1`. */
  at: string;
  place: 'tools' | 'system' | 'messages';
  role: Role;
  /** The place in its list: of a turn in the messages, of a block in the turn. */
  index: number;
  /** The block before it, in its list. */
  before: ContentBlock | undefined;
  seen: Seen;
};

/** What was counted on the way. */
export type Seen = {
  image: number;
  document: number;
  video: number;
  cachePoint: number;
  toolBlocks: number;
  citations: boolean;
  shortCache: boolean;
  documentNames: Set<string>;
};

/** One thing that Bedrock refuses. */
export type BedrockRule<On extends keyof Parts = keyof Parts> = {
  /** What it is called here. */
  id: string;
  /** What it looks at. */
  on: On;
  /** Who says so. `wording not verified`: that it is refused is known, and the words are ours. */
  source: string;
  /** @default 'ValidationException' */
  error?: BedrockErrorName | undefined;
  /** What it is to who calls in process. @default what the name of the error says */
  code?: ConverseErrorCode | undefined;
  /** What the model does not take: then it is an `unsupported_feature`. */
  feature?: string | undefined;
  /** What Bedrock says, or nothing if all is well. */
  check(part: Parts[On], context: Context): string | false | undefined;
};

/** Rules of one kind, each of which knows what it looks at. */
export type Rules = readonly { [On in keyof Parts]: BedrockRule<On> }[keyof Parts][];

/** What is said where the service model has a constraint, and counts from 1. */
export function constraint(value: unknown, at: string, rule: string): string {
  const shown = value === null ? 'null' : `'${String(value).slice(0, 100)}'`;
  const path = at.replace(/\.(\d+)/g, (_, index) => `.${Number(index) + 1}.member`);
  return `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: Member must ${rule}`;
}

/** What Bedrock puts before the words of the model behind it. */
export function fromModel(message: string): string {
  return `The model returned the following errors: ${message}`;
}

/** What Bedrock says of a field that a model does not take. */
export function unsupported(field: string): string {
  return `This model doesn't support the ${field} field. Remove ${field} and try again.`;
}

export function isClaude({ traits }: Context): boolean {
  return traits.family === 'claude';
}

/** The turn before this one, those of the system apart. */
export function turnBefore({ request, index }: Context): Message | undefined {
  let at = index - 1;
  while (request.messages?.[at]?.role === 'system') at -= 1;
  return request.messages?.[at];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
