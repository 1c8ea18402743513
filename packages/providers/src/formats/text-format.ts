import type { ConverseRequest, StopReason, Warning } from '@outcrop/converse';
import { type JsonObject, withRequestFields } from './fields.ts';
import type { InvokeFormat, InvokeReplyContext } from './format.ts';
import { countIn, type Fields, maybeTextAt, objectAt, textAt, valueAt } from './read-body.ts';
import { type ReasoningTags, splitReasoning } from './reasoning-tags.ts';
import { createReplyWriter, foldReply, type ReplyWriter } from './reply-writer.ts';
import { throwServiceError } from './service-error.ts';
import { refuseFields, type SettingNames, settingsOf, withMaxTokens } from './settings.ts';
import { stopReasonIn } from './stop-reason.ts';
import { type PromptTurn, turnsOf } from './turns.ts';

/** What tells one format of prompt and text from another. */
export type TextFormatOptions = {
  /** What `traits.invokeFormat` says of the models that speak it. */
  name: string;
  /**
   * What marks the turns in the prompt. No text may hold it, or a user could write the model's answer: where one does,
   * an invisible character takes it apart, and a warning says so.
   */
  specialTokens: RegExp;
  /** Writes the prompt, up to where the model goes on. If the last turn is the model's, it goes on with that. */
  prompt: (turns: readonly PromptTurn[]) => string;
  /** What the body calls the sampling parameters. One without a name is refused. */
  settings: SettingNames;
  /** Puts the body together. @default the prompt under `prompt`, and the settings beside it */
  body?: ((prompt: string, settings: JsonObject, images: readonly string[]) => JsonObject) | undefined;
  /**
   * What `maxTokens` is at most where the request says none and the model's own maximum counts. Give it if the
   * service's default is less than that. @default nothing is sent
   */
  maxTokens?: number | undefined;
  /** Whether the template has a place for a system prompt. @default true */
  system?: boolean | undefined;
  /** Whether the body takes images. @default false */
  images?: boolean | undefined;
  /** Where the reply holds what. */
  reply: TextPaths | ((body: Fields) => TextPiece);
  /** The same for a chunk of a stream, if it differs. */
  chunk?: TextPaths | ((chunk: Fields) => TextPiece) | undefined;
  /** The model's reasons to stop in Converse's words. One that is not in the table is handed on as it is. */
  stopReasons: { readonly [reason: string]: StopReason };
  /** What the model puts around what it thinks. @default it does not think */
  reasoning?: ReasoningTags | undefined;
};

/** Where a body holds what, as paths such as `outputs.0.text`. */
export type TextPaths = {
  text: string;
  stopReason: string;
  inputTokens?: string | undefined;
  outputTokens?: string | undefined;
};

/** What a body or a chunk says. It is checked: whatever the service sent may stand here. */
export type TextPiece = { text?: unknown; stopReason?: unknown; inputTokens?: unknown; outputTokens?: unknown };

/** Takes pieces of a text, and writes each as what it is. */
export type TextSplitter = { add(piece: string): void; end(): void };

/** How a template speaks of tools. */
export type ToolsInText = {
  /** What the system prompt says of the tools. */
  declare(request: ConverseRequest, warnings: Warning[]): string | undefined;
  /** The calls of a turn behind its text. */
  writeCalls(text: string, calls: readonly string[]): string;
  /** Finds calls in what the model says. */
  split(writer: ReplyWriter, context: InvokeReplyContext): TextSplitter;
};

/**
 * Makes a format of the kind that most open models have: one prompt in, one text out, streamed in pieces of the same
 * shape. What a prompt can't say is refused by its place, and what a reply holds is read or is a `malformed_reply`.
 */
export const createTextFormat: (options: TextFormatOptions) => InvokeFormat = createPromptFormat;

/** The same for a template that knows tools. */
export function createPromptFormat(options: TextFormatOptions, tools?: ToolsInText): InvokeFormat {
  const { name, reply, chunk = reply, reasoning } = options;

  function splitter(writer: ReplyWriter, context: InvokeReplyContext): TextSplitter {
    const { request } = context;
    // What goes on with the caller's own words does not begin with a thought.
    const goesOn = request.messages?.at(-1)?.role === 'assistant';
    if (reasoning) return splitReasoning(writer, goesOn ? { ...reasoning, inside: false } : reasoning);
    return tools && request.toolConfig ? tools.split(writer, context) : { add: writer.text, end() {} };
  }

  return {
    name,
    encode(request, { traits }) {
      const { settings, images = false, system = true, maxTokens } = options;
      refuseFields(request, name, { tools: tools !== undefined });
      const warnings: Warning[] = [];
      const declared = tools?.declare(request, warnings);
      const told =
        declared === undefined ? request : { ...request, system: [...(request.system ?? []), { text: declared }] };
      const { specialTokens, prompt, body = (written, named) => ({ prompt: written, ...named }) } = options;
      const turns = turnsOf(told, {
        format: name,
        specialTokens,
        warnings,
        images,
        system,
        writeCalls: tools?.writeCalls,
      });
      const full = maxTokens === undefined ? request : withMaxTokens(request, traits, maxTokens);
      const shown = turns.flatMap((turn) => turn.images);
      return {
        body: withRequestFields(body(prompt(turns), settingsOf(full, settings, name), shown), request),
        warnings,
      };
    },
    decode(body, context) {
      const writer = createReplyWriter(context);
      const text = splitter(writer, context);
      const piece = read(body, reply, options, writer);
      if (writer.stopReason === undefined) writer.stop('unknown');
      text.add(textAt(piece.text, 'the text of the reply'));
      text.end();
      return foldReply(writer.end());
    },
    decodeStream(context) {
      const writer = createReplyWriter(context);
      const text = splitter(writer, context);
      return {
        add(value) {
          text.add(maybeTextAt(read(value, chunk, options, writer).text, 'the text of a chunk') ?? '');
          return writer.take();
        },
        end() {
          text.end();
          return writer.end();
        },
      };
    },
  };
}

function read(
  value: unknown,
  from: TextFormatOptions['reply'],
  { stopReasons }: TextFormatOptions,
  writer: ReplyWriter,
): TextPiece {
  const fields = objectAt(value, '');
  throwServiceError(fields);
  writer.native(fields);
  const piece = typeof from === 'function' ? from(fields) : pieceAt(fields, from);
  for (const name of ['inputTokens', 'outputTokens'] as const) {
    const count = countIn(piece[name]);
    if (count !== undefined) writer.count({ [name]: count });
  }
  const reason = maybeTextAt(piece.stopReason, 'the stop reason');
  if (reason !== undefined) writer.stop(stopReasonIn(stopReasons, reason));
  return piece;
}

function pieceAt(fields: Fields, paths: TextPaths): TextPiece {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, path && valueAt(fields, path)]));
}
