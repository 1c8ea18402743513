import type { ContentBlock, ConverseRequest, ConverseStreamEvent, Message, Warning } from '@outcrop/converse';
import { eventFromJson, responseFromJson, toJson } from '@outcrop/converse/json';
import { pickCounts } from './counts.ts';
import { type JsonObject, present, withRequestFields } from './fields.ts';
import type { InvokeFormat } from './format.ts';
import { asJson, isObject, malformed, objectAt, textAt } from './read-body.ts';
import { unsupported } from './refuse.ts';
import { createReplyWriter, foldReply, type ReplyWriter } from './reply-writer.ts';
import { throwServiceError } from './service-error.ts';
import { refuseFields } from './settings.ts';
import { citedText, keyOf } from './turns.ts';

const format = 'nova';

/** Amazon Nova: Converse's own vocabulary under other names. */
export const nova: InvokeFormat = {
  name: format,
  encode(request) {
    refuseFields(request, format, { tools: true });
    const warnings: Warning[] = [];
    const { system = [], messages = [], inferenceConfig, toolConfig } = request;
    const prompts = system.map((block, index) => allowed(block, `system[${index}]`, warnings));
    const turns = messages.map((message, index) => turnOf(message, `messages[${index}]`, warnings));
    const written = toJson({
      system: prompts,
      messages: turns,
      inferenceConfig,
      toolConfig,
    } as ConverseRequest) as JsonObject;
    const { system: systemJson, ...rest } = written;
    const body = present({
      schemaVersion: 'messages-v1',
      system: prompts.length > 0 ? systemJson : undefined,
      ...rest,
    });
    return { body: withRequestFields(body, request, ['tools']), warnings };
  },
  decode(value, context) {
    const body = objectAt(value, '');
    throwServiceError(body);
    const writer = createReplyWriter(context);
    const { output, stopReason, usage } = body;
    writer.native(body, known);
    count(usage, writer);
    writer.stop(stopReason === undefined || stopReason === null ? 'unknown' : textAt(stopReason, 'stopReason'));
    const nothing = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    const read = responseFromJson({
      output: objectAt(output, 'output'),
      stopReason: 'unknown',
      usage: nothing,
      metrics: {},
    });
    return { ...foldReply(writer.end()), output: read.output };
  },
  decodeStream(context) {
    const writer = createReplyWriter(context);
    return {
      add(value) {
        const chunk = objectAt(value, '');
        throwServiceError(chunk);
        writer.added(chunk);
        return [...writer.take(), ...readChunk(chunk, writer)];
      },
      end: writer.end,
    };
  },
};

const refused: ReadonlySet<string> = new Set(['guardContent', 'searchResult', 'toolAddition', 'toolRemoval']);

function turnOf({ role, content }: Message, path: string, warnings: Warning[]): Message {
  if (role === 'system')
    throw unsupported(format, 'system_turn', path, 'has the system prompt in front of the conversation only');
  return { role, content: content.map((block, index) => allowed(block, `${path}.content[${index}]`, warnings)) };
}

function allowed<Block extends ContentBlock | NonNullable<ConverseRequest['system']>[number]>(
  block: Block,
  path: string,
  warnings: Warning[],
): Block {
  const { cachePoint, citationsContent } = block as ContentBlock;
  if (citationsContent) return { text: citedText(citationsContent, path, warnings) } as Block;
  if (cachePoint?.ttl !== undefined) {
    const message = 'How long the cache lives was left out: Nova has one time for all.';
    warnings.push({ code: 'cache_ttl_dropped', message, path: `${path}.cachePoint.ttl` });
    return { cachePoint: { type: cachePoint.type } } as Block;
  }
  if (refused.has(keyOf(block))) throw unsupported(format, keyOf(block), `${path}.${keyOf(block)}`);
  return block;
}

const known: ReadonlySet<string> = new Set(['output', 'stopReason', 'usage', 'metrics']);

function readChunk({ ...chunk }: { [key: string]: unknown }, writer: ReplyWriter): ConverseStreamEvent[] {
  const { messageStart, messageStop, metadata, ...others } = chunk;
  if (messageStop !== undefined) {
    const { stopReason, ...more } = objectAt(messageStop, 'messageStop');
    writer.stop(textAt(stopReason, 'messageStop.stopReason'));
    writer.native({ stopReason, ...more }, known);
  }
  if (metadata !== undefined) count(objectAt(metadata, 'metadata')['usage'], writer);
  return Object.entries(others)
    .filter(([key]) => !key.startsWith('amazon-bedrock-'))
    .map(([key, event]) => {
      if (!isObject(event)) throw malformed(key, 'it should be an object');
      return eventFromJson({ [key]: asJson(event) });
    });
}

function count(usage: unknown, writer: ReplyWriter): void {
  const figures = isObject(usage) ? usage : {};
  writer.count(pickCounts(figures, { inputTokens: 'inputTokens', outputTokens: 'outputTokens' }));
  writer.count(
    pickCounts(figures, {
      cacheReadInputTokens: 'cacheReadInputTokenCount',
      cacheWriteInputTokens: 'cacheWriteInputTokenCount',
    }),
  );
}
