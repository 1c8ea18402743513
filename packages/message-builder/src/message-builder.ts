import type {
  ContentBlock,
  DocumentFormat,
  DocumentSource,
  GuardContent,
  Message,
  Role,
  ToolUseBlock,
  Warning,
} from '@outcrop/converse';
import { checkedBlock, checkedBytes, checkedObject, checkedText, checkedTexts } from './checked.ts';
import { describe } from './describe.ts';
import { MessageBuilderError } from './errors.ts';
import { putIntoWords } from './findings.ts';
import { citationsConfig, documentBlock } from './media/document-block.ts';
import {
  type AudioOptions,
  checkTypes,
  type DocumentDetails,
  type DocumentOptions,
  dataUrlPart,
  type FileOptions,
  filePart,
  type ImageOptions,
  partOf,
  type S3Options,
  s3Part,
  type VideoOptions,
} from './media/file-part.ts';
import type { MediaFormats } from './media/formats.ts';
import type { Bytes } from './media/source.ts';
import { limitsFrom, type MessageLimits } from './message-limits.ts';
import type { Part } from './part.ts';
import { plainCopy } from './plain-copy.ts';
import { readParts } from './read-parts.ts';
import { type ToolResult, toolResultPart } from './tool-result.ts';

/** What a message is started with. */
export type MessageOptions = {
  /** Whose turn it is. `system` inside a conversation is for the newest Claude models only. */
  role: Role;
  /** Limits of your own, such as `{ documentBytes: 10_000_000 }` for a model that takes larger ones. */
  limits?: Partial<MessageLimits> | undefined;
};

/** A passage that a search found. */
export type SearchResult = {
  /** Where it comes from, such as a URL. */
  source: string;
  title: string;
  content: string | readonly string[];
  citations?: boolean | undefined;
};

/** What may be said of a document that is text already. */
export type TextDocumentDetails = DocumentDetails & { format?: DocumentFormat | undefined };

/** Starts a message of any role. */
export function createMessage(options: MessageOptions): MessageBuilder {
  return new MessageBuilder(options);
}

/**
 * Starts a message of the user: text, files, the results of tools.
 *
 * @example
 * ```ts
 * import { createUserMessage } from '@outcrop/message-builder';
 *
 * export function ask(files: Iterable<File>) {
 *   const builder = createUserMessage().addText('What do these show?');
 *   for (const file of files) builder.addFile(file);
 *   return builder.build();
 * }
 * ```
 */
export function createUserMessage(options: Omit<MessageOptions, 'role'> = {}): MessageBuilder {
  return new MessageBuilder({ ...options, role: 'user' });
}

/** Starts a message of the assistant: text, tool uses, reasoning. */
export function createAssistantMessage(options: Omit<MessageOptions, 'role'> = {}): MessageBuilder {
  return new MessageBuilder({ ...options, role: 'assistant' });
}

const roles: readonly Role[] = ['user', 'assistant', 'system'];

// How Node's console.log asks an object for its looks; elsewhere nobody asks.
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * Gathers the blocks of one message. The `add` methods only note down what is wanted and return the builder; what is
 * no such thing at all, such as a Promise for bytes, is a `TypeError` at once. Everything else is found out, and
 * reported together, by {@link MessageBuilder.build}. Made by {@link createUserMessage} and its siblings.
 */
export class MessageBuilder {
  readonly role: Role;
  readonly #limits: MessageLimits;
  readonly #parts: Part[] = [];
  #warnings: readonly Warning[] = [];
  #fileNames: ReadonlyMap<string, string> = new Map();

  constructor({ role, limits }: MessageOptions) {
    if (!roles.includes(role)) throw new TypeError(`The role is one of ${roles.join(', ')}, not ${String(role)}.`);
    this.role = role;
    this.#limits = limitsFrom(limits);
  }

  /** How many blocks were added. */
  get contentBlockCount(): number {
    return this.#parts.length;
  }

  /** What the last `build()` repaired, or thinks the caller should know, such as a limit that is nearly reached. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /**
   * Which file each document of the last `build()` was, by the name that the model knows it by: for a page that shows
   * a citation's source.
   */
  get fileNames(): ReadonlyMap<string, string> {
    return this.#fileNames;
  }

  /** Adds text, which is kept as it is, white space included. */
  addText(text: string): this {
    return this.#addBlock({ text: checkedText(text) });
  }

  /** Adds an image. Without a `format` it is detected. */
  addImageBytes(bytes: Bytes, options: ImageOptions = {}): this {
    return this.#add({ file: filePart(bytes, options, 'image') });
  }

  /** Adds a document. Without a `format` it is detected, without a `name` it is named after its file. */
  addDocumentBytes(bytes: Bytes, options: DocumentOptions = {}): this {
    return this.#add({ file: filePart(bytes, options, 'document') });
  }

  /** Adds a video of up to 18.75 MB, which is what a request can carry. For a larger one there is {@link addS3Video}. */
  addVideoBytes(bytes: Bytes, options: VideoOptions = {}): this {
    return this.#add({ file: filePart(bytes, options, 'video') });
  }

  /** Adds a sound. */
  addAudioBytes(bytes: Bytes, options: AudioOptions = {}): this {
    return this.#add({ file: filePart(bytes, options, 'audio') });
  }

  /** Adds a file of whatever kind it turns out to be: one that was dropped, pasted, chosen or fetched. */
  addFile(file: Bytes, options: FileOptions = {}): this {
    return this.#add({ file: filePart(file, options) });
  }

  /** Adds a file out of a `data:` URL, such as a canvas gives. */
  addDataUrl(url: string, options: FileOptions = {}): this {
    return this.#add({ file: dataUrlPart(checkedText(url), options) });
  }

  /** Adds a file out of base64, plain or URL-safe. */
  addBase64(base64: string, options: FileOptions = {}): this {
    return this.#add({ file: partOf({ encoding: 'base64', data: checkedText(base64) }, options) });
  }

  /** Adds an image that lies in S3, as `s3://bucket/key`. Nova reads from there, Claude does not. */
  addS3Image(uri: string, options: S3Options & { format?: MediaFormats['image'] | undefined } = {}): this {
    return this.#add({ file: s3Part(checkedText(uri), options, 'image') });
  }

  /** Adds a document that lies in S3. */
  addS3Document(
    uri: string,
    options: S3Options & DocumentDetails & { format?: DocumentFormat | undefined } = {},
  ): this {
    return this.#add({ file: s3Part(checkedText(uri), options, 'document') });
  }

  /** Adds a video that lies in S3, of up to 1 GB. */
  addS3Video(uri: string, options: S3Options & { format?: MediaFormats['video'] | undefined } = {}): this {
    return this.#add({ file: s3Part(checkedText(uri), options, 'video') });
  }

  /** Adds a sound that lies in S3. */
  addS3Audio(uri: string, options: S3Options & { format?: MediaFormats['audio'] | undefined } = {}): this {
    return this.#add({ file: s3Part(checkedText(uri), options, 'audio') });
  }

  /** Adds a document that is text already: with `citations`, the model cites its characters. */
  addDocumentText(text: string, details: TextDocumentDetails = {}): this {
    return this.#addDocument({ text: checkedText(text) }, details);
  }

  /** Adds a document in pieces of your own cutting: with `citations`, the model cites the pieces. */
  addDocumentContent(pieces: readonly string[], details: TextDocumentDetails = {}): this {
    return this.#addDocument({ content: checkedTexts(pieces) }, details);
  }

  /** Adds a call of a tool, as the assistant made it. */
  addToolUse(toolUse: ToolUseBlock): this {
    const { toolUseId, name, input } = toolUse;
    checkedText(toolUseId, 'toolUseId');
    checkedText(name, 'name');
    checkedObject(input, 'input');
    return this.#addBlock({ toolUse });
  }

  /**
   * Adds what came of a tool: text, an object as JSON, images, documents, videos, in this order. All results that
   * answer one turn of the assistant belong into one message.
   */
  addToolResult(result: ToolResult): this {
    return this.#add(toolResultPart(result));
  }

  /** Adds what the model thought, to send it back inside a tool loop: text and signature have to be as they came. */
  addReasoning(text: string, { signature }: { signature?: string | undefined } = {}): this {
    const reasoningText = { text: checkedText(text), signature };
    return this.#addBlock({ reasoningContent: { reasoningText } });
  }

  /** Adds reasoning that the provider has encrypted, to send it back as it came. */
  addRedactedReasoning(redactedContent: Uint8Array): this {
    return this.#addBlock({
      reasoningContent: { redactedContent: checkedBytes(redactedContent) },
    });
  }

  /** Marks that everything before it may be cached: for five minutes, unless `ttl` says `'1h'`. */
  addCachePoint({ ttl }: { ttl?: '5m' | '1h' | undefined } = {}): this {
    return this.#addBlock({ cachePoint: { type: 'default', ttl } });
  }

  /** Adds text, or a PNG or JPEG, that a guardrail should look at; it looks at nothing else then. */
  addGuardContent(
    content: string | Uint8Array | ArrayBuffer,
    { qualifiers }: { qualifiers?: NonNullable<GuardContent['text']>['qualifiers'] } = {},
  ): this {
    if (typeof content === 'string') return this.#addBlock({ guardContent: { text: { text: content, qualifiers } } });
    const bytes = checkedBytes(content);
    // Guardrails look at these two only, whose first bytes differ.
    const format = bytes[0] === 0x89 ? 'png' : bytes[0] === 0xff ? 'jpeg' : undefined;
    if (format === undefined) throw new TypeError('The bytes of a PNG or a JPEG expected.');
    return this.#addBlock({ guardContent: { image: { format, source: { bytes } } } });
  }

  /** Adds a passage that a search of yours found, for the model to answer from, and with `citations` to cite. */
  addSearchResult({ source, title, content, citations }: SearchResult): this {
    checkedText(source, 'source');
    checkedText(title, 'title');
    const texts = checkedTexts(typeof content === 'string' ? [content] : content);
    const searchResult = { source, title, content: texts, citations: citationsConfig(citations) };
    return this.#addBlock({ searchResult });
  }

  /**
   * Adds a block as Bedrock spells it: for kinds that are newer than this release, and for blocks out of a reply. It
   * has to have exactly one key. Of media in it, the size is not looked at.
   */
  addBlock(block: ContentBlock | { [kind: string]: object }): this {
    return this.#addBlock(checkedBlock(block));
  }

  /**
   * Reads the files, detects what was not said, and checks everything. Rejects with a {@link MessageBuilderError} that
   * lists all problems. The message is plain data and belongs to the caller; only bytes in memory are still shared.
   * It can be called again, also after more was added.
   */
  async build(): Promise<Message> {
    const { content, fileNames, report } = await readParts(this.role, this.#parts, this.#limits);
    const { problems, warnings } = await putIntoWords(report);
    this.#warnings = warnings;
    this.#fileNames = fileNames;
    if (problems.length > 0) throw new MessageBuilderError(problems, report.causes);
    return { role: this.role, content };
  }

  /** What was added so far, in one line: no text, no bytes. */
  toString(): string {
    return `${this.role} message: ${this.#parts.map(describe).join(', ') || 'empty'}`;
  }

  /** What `console.log` shows in Node. */
  [inspect](): string {
    return `MessageBuilder(${this})`;
  }

  #add(part: Part): this {
    this.#parts.push(part);
    return this;
  }

  #addBlock(block: ContentBlock): this {
    return this.#add({ block: plainCopy(block, '') });
  }

  #addDocument(source: DocumentSource, details: TextDocumentDetails): this {
    checkTypes(details);
    return this.#addBlock({ document: documentBlock(source, details) });
  }
}
