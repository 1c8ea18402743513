import type { CitationDelta, ConverseRequest, ConverseResponse, StopReason } from '@outcrop/converse';
import type { InvokeReplyContext, InvokeStream } from '../format.ts';
import { asJson, type Fields, listAt, maybeTextAt, objectAt, textAt } from '../read-body.ts';
import { createReplyWriter, foldReply } from '../reply-writer.ts';
import { throwServiceError } from '../service-error.ts';
import { stopReasonIn } from '../stop-reason.ts';
import { nextToolUseId } from '../tool-ids.ts';

const stopReasons: { readonly [reason: string]: StopReason } = {
  COMPLETE: 'end_turn',
  STOP_SEQUENCE: 'stop_sequence',
  MAX_TOKENS: 'max_tokens',
  ERROR_LIMIT: 'model_context_window_exceeded',
  ERROR_TOXIC: 'content_filtered',
  ERROR: 'malformed_model_output',
};

/** A whole reply. */
export function decodeCommandR(value: unknown, context: InvokeReplyContext): ConverseResponse {
  const body = objectAt(value, '');
  throwServiceError(body);
  const reply = createCommandRReader(context);
  reply.native(body);
  reply.text(textAt(body['text'], 'text'));
  reply.finish(body);
  return foldReply(reply.end());
}

/** A stream of events, of which the last repeats the whole reply. */
export function decodeCommandRStream(context: InvokeReplyContext): InvokeStream {
  const reply = createCommandRReader(context);
  const citations: unknown[] = [];
  let calls: unknown;
  let said = false;

  return {
    add(value) {
      const chunk = objectAt(value, '');
      throwServiceError(chunk);
      reply.native(chunk);
      const { event_type, text } = chunk;
      if (event_type === 'text-generation') {
        reply.text(maybeTextAt(text, 'text') ?? '');
        said = true;
      } else if (event_type === 'citation-generation') citations.push(...listAt(chunk['citations'], 'citations'));
      else if (event_type === 'tool-calls-generation') calls = chunk['tool_calls'];
      else if (event_type === 'stream-end') {
        const whole = objectAt(chunk['response'] ?? {}, 'response');
        if (!said) reply.text(maybeTextAt(whole['text'], 'response.text') ?? '');
        reply.finish({
          finish_reason: chunk['finish_reason'] ?? whole['finish_reason'] ?? 'COMPLETE',
          tool_calls: calls ?? whole['tool_calls'],
          citations: citations.length > 0 ? citations : whole['citations'],
        });
      }
      return reply.take();
    },
    end: reply.end,
  };
}

function createCommandRReader(context: InvokeReplyContext) {
  const writer = createReplyWriter(context);
  const names = documentNames(context.request);

  return {
    native: writer.native,
    text: writer.text,
    take: writer.take,
    end: writer.end,
    /** Sources and calls, which come behind the text, and the reason. */
    finish({ finish_reason, citations, tool_calls }: Fields) {
      const cited = listAt(citations, 'citations');
      for (const [index, item] of cited.entries()) {
        for (const citation of citationsIn(objectAt(item, `citations[${index}]`), names, `citations[${index}]`))
          writer.citation(citation);
      }
      // Which words of the answer each source is for: Converse has no place for that.
      if (cited.length > 0) writer.keep({ citations: asJson(cited) });
      const calls = listAt(tool_calls, 'tool_calls');
      for (const [index, item] of calls.entries()) {
        const { name, parameters } = objectAt(item, `tool_calls[${index}]`);
        writer.toolUse(index, {
          toolUseId: nextToolUseId(context.request, index),
          name: textAt(name, `tool_calls[${index}].name`),
        });
        writer.toolInput(index, JSON.stringify(objectAt(parameters ?? {}, `tool_calls[${index}].parameters`)));
      }
      const reason = stopReasonIn(stopReasons, maybeTextAt(finish_reason, 'finish_reason') ?? 'unknown');
      writer.stop(reason === 'end_turn' && calls.length > 0 ? 'tool_use' : reason);
    },
  };
}

function documentNames({ messages = [] }: ConverseRequest): string[] {
  return messages.flatMap(({ content }) => content.flatMap(({ document }) => (document ? [document.name] : [])));
}

function citationsIn({ text, document_ids }: Fields, names: readonly string[], path: string): CitationDelta[] {
  const sourceContent = [{ text: textAt(text, `${path}.text`) }];
  const ids = listAt(document_ids, `${path}.document_ids`);
  if (ids.length === 0) return [{ sourceContent }];
  return ids.map((value) => {
    const source = textAt(value, `${path}.document_ids`);
    const documentIndex = Number(/^doc_(\d+)$/.exec(source)?.[1] ?? Number.NaN);
    const title = names[documentIndex];
    const location = Number.isNaN(documentIndex) ? undefined : { documentChunk: { documentIndex } };
    return { ...(title !== undefined && { title }), source, sourceContent, ...(location && { location }) };
  });
}
