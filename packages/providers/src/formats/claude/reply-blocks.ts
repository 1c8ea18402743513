import type { ContentBlockDelta, ContentBlockStart, ConverseStreamEvent } from '@outcrop/converse';
import { asJson, type Fields, listAt, maybeTextAt, objectAt, textAt } from '../read-body.ts';
import { citationIn } from './citations.ts';
import { bytesOf } from './redacted.ts';

type Deltas = readonly ContentBlockDelta[];

/** The events with which a block begins, be it empty or whole. One of a kind that nobody knows is the fold's to report. */
export function startEvents(contentBlockIndex: number, block: Fields): ConverseStreamEvent[] {
  const type = textAt(block['type'], 'content_block.type');
  const { start, deltas } = begin(type, block);
  return [
    ...(start ? [{ contentBlockStart: { contentBlockIndex, start } }] : []),
    ...deltas.map((delta) => ({ contentBlockDelta: { contentBlockIndex, delta } })),
  ];
}

function begin(type: string, block: Fields): { start?: ContentBlockStart; deltas: Deltas } {
  const { text, thinking, signature, data, citations, id, name, input, tool_use_id } = block;
  if (type === 'text') return { deltas: [...texts(text, 'text'), ...cited(citations)] };
  if (type === 'thinking') return { deltas: [...thoughts(thinking), ...signatures(signature)] };
  if (type === 'redacted_thinking') {
    return { deltas: [{ reasoningContent: { redactedContent: bytesOf(textAt(data, 'redacted_thinking.data')) } }] };
  }
  if (type === 'tool_use' || type === 'server_tool_use') {
    const toolUse = { toolUseId: textAt(id, `${type}.id`), name: textAt(name, `${type}.name`) };
    // A stream begins a call with an empty object, and its pieces follow.
    const whole = input === undefined || input === null ? '{}' : JSON.stringify(input);
    return {
      start: { toolUse: type === 'tool_use' ? toolUse : { ...toolUse, type } },
      deltas: whole === '{}' ? [] : [{ toolUse: { input: whole } }],
    };
  }
  if (typeof tool_use_id !== 'string') return { start: { [type]: block } as unknown as ContentBlockStart, deltas: [] };
  // What a tool of the provider answered: kept whole, to go back as it came.
  const { type: _, tool_use_id: __, ...own } = block;
  return { start: { toolResult: { toolUseId: tool_use_id, type } }, deltas: [{ toolResult: [{ json: asJson(own) }] }] };
}

/** The events of one delta. */
export function deltaEvents(contentBlockIndex: number, delta: Fields): ConverseStreamEvent[] {
  return pieces(textAt(delta['type'], 'delta.type'), delta).map((piece) => ({
    contentBlockDelta: { contentBlockIndex, delta: piece },
  }));
}

function pieces(type: string, delta: Fields): Deltas {
  const { text, partial_json, thinking, signature, citation } = delta;
  if (type === 'text_delta') return texts(text, 'delta.text');
  if (type === 'thinking_delta') return thoughts(thinking);
  if (type === 'signature_delta') return signatures(signature);
  if (type === 'citations_delta') return cited([citation]);
  if (type !== 'input_json_delta') return [{ [type]: delta } as unknown as ContentBlockDelta];
  const input = maybeTextAt(partial_json, 'delta.partial_json');
  return input ? [{ toolUse: { input } }] : [];
}

function texts(value: unknown, path: string): Deltas {
  const text = maybeTextAt(value, path);
  return text ? [{ text }] : [];
}

function thoughts(value: unknown): Deltas {
  const text = maybeTextAt(value, 'thinking');
  return text ? [{ reasoningContent: { text } }] : [];
}

function signatures(value: unknown): Deltas {
  const signature = maybeTextAt(value, 'signature');
  return signature ? [{ reasoningContent: { signature } }] : [];
}

function cited(values: unknown): Deltas {
  return listAt(values, 'citations').map((value) => ({
    citation: citationIn(objectAt(value, 'citation'), 'citation'),
  }));
}
