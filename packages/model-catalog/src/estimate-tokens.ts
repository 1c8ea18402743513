import type { ConverseRequest, ModelTraits } from '@outcrop/converse';
import { textTokens } from './text-tokens.ts';

/** About how many input tokens a request has. */
export type TokenEstimate = {
  tokens: number;
  /** What it hardly falls short of. */
  low: number;
  /** What it hardly exceeds. */
  high: number;
  /** Kinds of content that are no more than a guess here: files, by their number or size. */
  guessed: string[];
};

// Measured in bench/src/estimate-tokens.ts. Where the two tokenizers there are far apart, so are these.
const errors = {
  sure: { low: 1, high: 1 },
  latin: { low: 0.8, high: 1.45 },
  other: { low: 0.5, high: 2.3 },
  guess: { low: 0.1, high: 10 },
};

const tokensPerMessage = 4;
// What models are told about the use of tools, beside the tools themselves.
const tokensForTools = 350;
// The most that Claude bills for one image. What others make of one is not published.
const tokensPerImage = 1_600;
const tokensPerVideo = 15_000;
const tokensPerAudio = 2_000;
const bytesPerDocumentToken = 20;
const leastDocumentTokens = 500;
const textFormats = new Set(['txt', 'md', 'csv', 'html']);

/**
 * Estimates the input tokens of a request, without a tokenizer and without a call. Where it matters ask CountTokens,
 * if `traits.countTokens` says that the model has it.
 *
 * The true count of text in Latin letters, of code and of JSON is 0.8 to 1.45 times the estimate; of other scripts 0.5
 * to 2.3 times; of random characters such as base64 nearly twice; of files that are no text up to ten times or a tenth.
 * Compared with the public tokenizers of GPT-4o and of Claude 2. Those of newer Claude models and of Nova are not
 * public, and no count of theirs was there to compare with.
 */
export function estimateTokens(request: ConverseRequest, traits: ModelTraits = {}): TokenEstimate {
  const sum = { sure: 0, latin: 0, other: 0, guess: 0 };
  const guessed = new Set<string>();
  for (const { kind, text, tokens, guess } of partsOf(request, traits)) {
    if (text !== undefined) {
      const { latin, other } = textTokens(text);
      sum.latin += latin;
      sum.other += other;
    }
    sum[guess ? 'guess' : 'sure'] += tokens ?? 0;
    if (guess) guessed.add(kind);
  }
  const total = (bound?: 'low' | 'high') =>
    (Object.keys(sum) as (keyof typeof sum)[]).reduce(
      (all, each) => all + sum[each] * (bound ? errors[each][bound] : 1),
      0,
    );
  return {
    tokens: Math.round(total()),
    low: Math.floor(total('low')),
    high: Math.ceil(total('high')),
    guessed: [...guessed],
  };
}

type Part = { kind: string; text?: string; tokens?: number; guess?: boolean };

function* partsOf(request: ConverseRequest, traits: ModelTraits): Generator<Part> {
  for (const { content } of request.messages ?? []) {
    yield { kind: 'message', tokens: tokensPerMessage };
    for (const block of content) yield* blockParts(block, traits);
  }
  for (const block of request.system ?? []) yield* blockParts(block, traits);
  if (request.toolConfig) yield { kind: 'tools', tokens: tokensForTools, text: jsonOf(request.toolConfig.tools) };
  const { schema } = request.outputConfig?.textFormat?.structure.jsonSchema ?? {};
  if (schema !== undefined) yield { kind: 'schema', text: schema };
}

// A block of a kind that this release does not know is counted as the JSON it is.
function* blockParts(block: object, traits: ModelTraits): Generator<Part> {
  for (const [kind, value] of Object.entries(block)) {
    if (kind === 'cachePoint' || value === undefined) continue;
    if (kind === 'toolResult') for (const each of value.content) yield* blockParts(each, traits);
    else yield { kind, ...partOf(kind, value, traits) };
  }
}

function partOf(kind: string, value: string | Media, traits: ModelTraits): Omit<Part, 'kind'> {
  if (typeof value === 'string') return { text: value };
  switch (kind) {
    case 'image':
      return { tokens: tokensPerImage, guess: traits.family !== 'claude' };
    case 'video':
      return { tokens: tokensPerVideo, guess: true };
    case 'audio':
      return { tokens: tokensPerAudio, guess: true };
    case 'document':
      return documentPart(value);
    default:
      return { text: jsonOf(value) };
  }
}

type Media = { format?: string; source?: { bytes?: Uint8Array; s3Location?: unknown } };

function documentPart({ format = '', source = {} }: Media): Omit<Part, 'kind'> {
  const { bytes, s3Location } = source;
  if (bytes && textFormats.has(format)) return { text: new TextDecoder().decode(bytes) };
  if (!bytes && !s3Location) return { text: jsonOf(source) };
  return { tokens: Math.max(leastDocumentTokens, (bytes?.length ?? 0) / bytesPerDocumentToken), guess: true };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? undefined : each)) ?? '';
}
