import type { ConverseStreamEvent } from '@outcrop/converse';
import { defineFormat } from '../format.ts';
import { claudeWords } from '../words.ts';
import { claudeBody } from './body.ts';
import { readBody } from './read.ts';
import { envelope, writeBlock, writeDelta, writeStop, writeUsage } from './write.ts';

/** Claude's Messages, of models up to 4.6. */
export const claude = claudeFormat(/^(?:bedrock-2023-05-31|2023-06-01|2023-01-01)$/);
/** The same of newer ones, which take what Anthropic's own client sends since its 1.0. */
export const newerClaude = claudeFormat(/^(?:bedrock-2023-05-31|2023-06-01|2023-01-01|2026-10-21)$/);

function claudeFormat(versions: RegExp) {
  return defineFormat({
    body: claudeBody(versions),
    words: claudeWords,
    read: readBody,

    write: ({ output, stopReason, usage, additionalModelResponseFields }, invocation) => ({
      ...envelope(invocation),
      content: output.message.content.flatMap(writeBlock),
      ...writeStop(stopReason, additionalModelResponseFields, invocation),
      usage: writeUsage(usage),
    }),

    stream(invocation) {
      const started = new Set<number>();

      function* blockStart(index: number, block: object): Generator<object> {
        if (started.has(index)) return;
        started.add(index);
        yield { type: 'content_block_start', index, content_block: block };
      }

      return {
        add({ messageStart, contentBlockStart, contentBlockDelta, contentBlockStop }: ConverseStreamEvent) {
          if (messageStart) {
            const usage = writeUsage({ inputTokens: invocation.inputTokens, outputTokens: 1 });
            const message = { ...envelope(invocation), content: [], stop_reason: null, stop_sequence: null, usage };
            return [{ type: 'message_start', message }];
          }
          if (contentBlockStart?.start.toolUse) {
            const { toolUseId: id, name } = contentBlockStart.start.toolUse;
            return [...blockStart(contentBlockStart.contentBlockIndex, { type: 'tool_use', id, name, input: {} })];
          }
          if (contentBlockDelta) {
            const { contentBlockIndex: index } = contentBlockDelta;
            const [start, delta] = writeDelta(contentBlockDelta.delta);
            if (start === undefined) return [];
            return [...blockStart(index, start), ...(delta ? [{ type: 'content_block_delta', index, delta }] : [])];
          }
          if (contentBlockStop && started.has(contentBlockStop.contentBlockIndex)) {
            return [{ type: 'content_block_stop', index: contentBlockStop.contentBlockIndex }];
          }
          return [];
        },

        end: ({ stopReason, additionalModelResponseFields, usage }) => [
          {
            type: 'message_delta',
            delta: writeStop(stopReason, additionalModelResponseFields, invocation),
            usage: writeUsage(usage),
          },
          { type: 'message_stop' },
        ],
      };
    },
  });
}
