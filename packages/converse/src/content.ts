import type { AudioBlock, CitationsConfig, DocumentBlock, ImageBlock, VideoBlock } from './media.ts';
import type { JsonValue, OneOf } from './one-of.ts';

/** Who speaks. `system` inside a conversation is for the newest Claude models only. */
export type Role = 'user' | 'assistant' | 'system';

/** One turn of a conversation: what `messages` of a request holds, and what a reply adds to it. */
export type Message = { role: Role; content: ContentBlock[] };

/**
 * One piece of a turn, with exactly one key. A block of a kind that Bedrock adds after this release passes through
 * every package untouched, though its key is not in this type.
 */
export type ContentBlock = OneOf<ContentBlocks>;

/** Every kind of content block by its key. */
export type ContentBlocks = {
  text: string;
  image: ImageBlock;
  document: DocumentBlock;
  video: VideoBlock;
  audio: AudioBlock;
  toolUse: ToolUseBlock;
  toolResult: ToolResultBlock;
  guardContent: GuardContent;
  cachePoint: CachePoint;
  reasoningContent: ReasoningContent;
  citationsContent: CitationsContent;
  searchResult: SearchResultBlock;
  toolAddition: { tool: ToolReference };
  toolRemoval: { tool: ToolReference };
};

/** The model asks for a tool to be run. Read them with `toolUsesOf`, which hands out only those that may be run. */
export type ToolUseBlock = {
  toolUseId: string;
  name: string;
  /** An object, unless the reply was cut: then it is the raw text that came, and the reply's `incomplete` says so. */
  input: JsonValue;
  /** `server_tool_use`: the provider runs it, nobody else should. */
  type?: 'server_tool_use' | undefined;
};

/** What came of a tool. All results of one turn belong into one user message. */
export type ToolResultBlock = {
  toolUseId: string;
  content: ToolResultContent[];
  /** Claude 3 and newer, and Nova; others refuse the field. */
  status?: 'success' | 'error' | undefined;
  type?: string | undefined;
};

/** One piece of a tool's result. `json` has to be an object. */
export type ToolResultContent = OneOf<{
  json: JsonValue;
  text: string;
  image: ImageBlock;
  document: DocumentBlock;
  video: VideoBlock;
  searchResult: SearchResultBlock;
}>;

/** A tool that a system turn makes available or takes away in the middle of a conversation. */
export type ToolReference = {
  type?: string | undefined;
  name?: string | undefined;
  serverName?: string | undefined;
};

/** What a guardrail should look at. Where one such block exists, the guardrail looks at nothing else. */
export type GuardContent = OneOf<{
  text: { text: string; qualifiers?: ('grounding_source' | 'guard_content' | 'query')[] | undefined };
  image: { format: 'jpeg' | 'png'; source: OneOf<{ bytes: Uint8Array }> };
}>;

/** Everything before it may be cached. At most four a request. */
export type CachePoint = { type: 'default'; ttl?: '5m' | '1h' | undefined };

/** What the model thought. It is signed: inside a tool loop it has to be sent back to the byte, or not at all. */
export type ReasoningContent = OneOf<{
  reasoningText: { text: string; signature?: string | undefined };
  redactedContent: Uint8Array;
}>;

/** A retrieved passage that the model may cite. */
export type SearchResultBlock = {
  source: string;
  title: string;
  content: { text: string }[];
  citations?: CitationsConfig | undefined;
};

/** Text with its sources. It stands where a text block would, once citations are on. */
export type CitationsContent = {
  content?: OneOf<{ text: string }>[] | undefined;
  citations?: Citation[] | undefined;
};

/** One source of a cited text. */
export type Citation = {
  title?: string | undefined;
  source?: string | undefined;
  sourceContent?: OneOf<{ text: string }>[] | undefined;
  location?: CitationLocation | undefined;
};

/** Where in its source a citation points. Which key it is depends on the source. */
export type CitationLocation = OneOf<{
  web: { url?: string | undefined; domain?: string | undefined };
  documentChar: DocumentSpan;
  documentPage: DocumentSpan;
  documentChunk: DocumentSpan;
  searchResultLocation: {
    searchResultIndex?: number | undefined;
    start?: number | undefined;
    end?: number | undefined;
  };
}>;

/** A stretch of the document with that index, counted over the request from 0. */
export type DocumentSpan = {
  documentIndex?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
};
