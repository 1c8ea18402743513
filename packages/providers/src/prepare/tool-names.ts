import { type ContentBlock, type ConverseRequest, converseLimits, type ModelTraits } from '@outcrop/converse';
import { createRenaming, type Renaming, type RenamingRule } from './renaming.ts';
import type { Run } from './run.ts';

/** What the tools are called on the wire. */
export function toolNames(run: Run): Renaming {
  run.toolNames ??= createRenaming(toolNameRule(run.original));
  return run.toolNames;
}

/** What the calls of tools are called on the wire. */
export function toolIds(run: Run): Renaming {
  run.toolIds ??= createRenaming(toolIdRule(run.original, run.traits));
  return run.toolIds;
}

const longestName = 64;

/** Letters, digits, `_` and `-` stay, so that the model still reads what the tool is for. */
function toolNameRule(request: ConverseRequest): RenamingRule {
  return {
    fits: (name) => converseLimits.toolName.test(name),
    make(name, attempt) {
      // No longer than any name can become, so that a hostile one costs nothing.
      const plain = name.slice(0, 4 * longestName).replace(/[^a-zA-Z0-9_-]+/g, '_');
      const suffix = attempt === 1 ? '' : `_${attempt}`;
      return (plain || 'tool').slice(0, longestName - suffix.length) + suffix;
    },
    *inUse() {
      for (const tool of request.toolConfig?.tools ?? []) {
        const name = tool?.toolSpec?.name ?? tool?.systemTool?.name;
        if (name !== undefined) yield name;
      }
      for (const { toolUse } of blocksOf(request)) if (toolUse) yield toolUse.name;
    },
  };
}

const nineAlphanumerics = /^[a-zA-Z0-9]{9}$/;

/** An id means nothing, so one that does not fit becomes a hash: the same in every turn, which prompt caching needs. */
function toolIdRule(request: ConverseRequest, { tools }: ModelTraits): RenamingRule {
  const nine = tools?.idFormat === 'nine_alphanumerics';
  const pattern = nine ? nineAlphanumerics : converseLimits.toolUseId;
  return {
    fits: (id) => pattern.test(id),
    make(id, attempt) {
      const hash = hashOf(attempt === 1 ? id : `${id}#${attempt}`);
      return nine ? hash : `tooluse_${hash}`;
    },
    *inUse() {
      for (const { toolUse, toolResult } of blocksOf(request)) {
        const id = (toolUse ?? toolResult)?.toolUseId;
        if (id !== undefined) yield id;
      }
    },
  };
}

/** What there is of them: nobody has looked at the shape of all messages yet. */
function* blocksOf({ messages }: ConverseRequest): Generator<Partial<ContentBlock>> {
  for (const message of messages ?? []) {
    if (Array.isArray(message?.content)) for (const block of message.content) yield block ?? {};
  }
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Nine letters and digits: 53 bits of two FNV-1a hashes. */
function hashOf(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995);
  }
  let value = (one >>> 0) * 2 ** 21 + (other >>> 11);
  let hash = '';
  for (let digit = 0; digit < 9; digit++) {
    hash += digits[value % digits.length];
    value = Math.floor(value / digits.length);
  }
  return hash;
}
