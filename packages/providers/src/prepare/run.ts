import {
  ConverseError,
  type ConverseRequest,
  type Message,
  type ModelTraits,
  type Problem,
  type Warning,
} from '@outcrop/converse';
import type { Output } from './output.ts';
import type { PrepareOptions } from './prepare.ts';
import type { Renaming } from './renaming.ts';
import { type RepairCode, repairs } from './repairs.ts';

/** One run over one request: what it is for, where it stands, and what it found. */
export type Run = {
  readonly original: ConverseRequest;
  readonly traits: ModelTraits;
  readonly options: PrepareOptions;
  readonly warnings: Warning[];
  readonly problems: Problem[];
  readonly unsupported: { feature: string; path: string; message: string }[];
  /** Where the walk over the blocks is. Indexes, so that no path is written which nobody reads. */
  readonly at: { message: number; block: number; piece: number };
  /** What the walk over the blocks saw. */
  readonly seen: {
    documents: number;
    images: number;
    videos: number;
    cachePoints: number;
    toolBlocks: number;
    citations: boolean;
    /** No more than what the body will hold. */
    bytes: number;
  };
  // What most requests have no use for is made when it is first needed: this runs on each send.
  toolNames: Renaming | undefined;
  toolIds: Renaming | undefined;
  documentNames: Set<string> | undefined;
  /** Where the caller has a message or a block; of one that was replaced, where that one stood. */
  origins: Map<object, string> | undefined;
  output: Output | undefined;
};

export function createRun(original: ConverseRequest, traits: ModelTraits, options: PrepareOptions): Run {
  return {
    original,
    traits,
    options,
    warnings: [],
    problems: [],
    unsupported: [],
    at: { message: 0, block: 0, piece: -1 },
    seen: { documents: 0, images: 0, videos: 0, cachePoints: 0, toolBlocks: 0, citations: false, bytes: 0 },
    toolNames: undefined,
    toolIds: undefined,
    documentNames: undefined,
    origins: undefined,
    output: undefined,
  };
}

/** Notes down what was repaired. */
export function warn(run: Run, code: RepairCode, path: string, detail?: string): void {
  const message = detail === undefined ? repairs[code] : `${repairs[code]} ${detail}`;
  run.warnings.push({ code, message, path });
}

/** Where the walk over the blocks is. */
export function herePath({ at }: Run): string {
  const block = `messages[${at.message}].content[${at.block}]`;
  return at.piece < 0 ? block : `${block}.toolResult.content[${at.piece}]`;
}

/** Notes down where a block stands, before its place is another one. */
export function keepOrigin(run: Run, block: object): void {
  run.origins ??= new Map();
  run.origins.set(block, herePath(run));
}

/** Where the caller has that block, whatever has become of its message. */
export function pathOf(run: Run, message: Message, index: number): string {
  const origins = originsOf(run);
  // A message that nobody touched tells exactly, though the caller may use one block object many times.
  const untouched = origins.get(message);
  if (untouched !== undefined) return `${untouched}.content[${index}]`;
  return origins.get(message.content[index] ?? message) ?? 'messages';
}

/** Where the caller has that message; of one that was put together, where it starts. */
export function messagePath(run: Run, message: Message): string {
  const origins = originsOf(run);
  const path = origins.get(message) ?? message.content.map((block) => origins.get(block)).find(Boolean);
  return path?.match(/^messages\[\d+\]/)?.[0] ?? 'messages';
}

function originsOf(run: Run): Map<object, string> {
  const { original } = run;
  run.origins ??= new Map();
  const { origins } = run;
  // Filled when something is first reported: most requests have nothing to report.
  if (original.messages && !origins.has(original)) {
    origins.set(original, '');
    for (const [index, message] of original.messages.entries()) {
      if (!origins.has(message)) origins.set(message, `messages[${index}]`);
      for (const [at, block] of message.content.entries()) {
        if (!origins.has(block)) origins.set(block, `messages[${index}].content[${at}]`);
      }
    }
  }
  return origins;
}

/** Throws what stands in the way: first what is wrong everywhere, then what this model can't do. */
export function throwFindings({ problems, unsupported: [first] }: Run): void {
  if (problems.length > 0) {
    const list = problems.slice(0, 5).map(({ path, message }) => `${path} ${message}`);
    const more = problems.length > list.length ? ` (and ${problems.length - list.length} more)` : '';
    throw new ConverseError('invalid_request', `The request can't be sent: ${list.join(' ')}${more}`, {
      problems: [...problems],
    });
  }
  if (first) {
    const { feature, path, message } = first;
    throw new ConverseError('unsupported_feature', `${path}: ${message}`, { feature });
  }
}
