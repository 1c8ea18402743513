import type { ConverseRequest } from '@outcrop/converse';

/** The names of the tools that the request declares. */
export function toolNames({ toolConfig }: ConverseRequest): ReadonlySet<string> {
  return new Set(toolConfig?.tools.flatMap(({ toolSpec }) => (toolSpec ? [toolSpec.name] : [])));
}

/**
 * An id for the call of a model that gives none: the same reply to the same request always gets the same, and no other
 * call of the conversation has it.
 */
export function nextToolUseId({ messages = [] }: ConverseRequest, index: number): string {
  const taken = new Set(
    messages.flatMap(({ content }) => content.flatMap(({ toolUse }) => (toolUse ? [toolUse.toolUseId] : []))),
  );
  let number = taken.size;
  for (let free = 0; free <= index; ) {
    number += 1;
    if (!taken.has(`call_${number}`)) free += 1;
  }
  return `call_${number}`;
}
