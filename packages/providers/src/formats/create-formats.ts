import { ConverseError, isConverseError, type ModelTraits, type TargetName } from '@outcrop/converse';
import { jamba, mistralChat, openaiChat } from './chat/chat-completions.ts';
import { claudeMessages } from './claude/claude-messages.ts';
import { claudeText } from './claude-text.ts';
import { commandR } from './command-r/command-r.ts';
import { deepseekR1 } from './deepseek-r1.ts';
import type { InvokeFormat } from './format.ts';
import { llama2, llama3, llama4 } from './llama/llama.ts';
import { mistralText } from './mistral-text.ts';
import { nova } from './nova.ts';
import { command, jurassic } from './one-message.ts';
import { malformed } from './read-body.ts';
import { invalid } from './refuse.ts';
import { titan } from './titan.ts';

/** All bodies of InvokeModel that this release speaks. */
export const builtInFormats: readonly InvokeFormat[] = [
  claudeMessages,
  claudeText,
  nova,
  titan,
  llama2,
  llama3,
  llama4,
  mistralText,
  mistralChat,
  openaiChat,
  deepseekR1,
  command,
  commandR,
  jamba,
  jurassic,
];

/** The formats that there are, by what models say that they speak. */
export interface Formats {
  /**
   * @throws {ConverseError} `unsupported_feature` (`invoke_format`) when the model speaks none that is known here.
   */
  find(traits: ModelTraits, target: TargetName): InvokeFormat;
}

/** The formats of this release and the caller's own, which win over those of the same name. */
export function createFormats(extra: readonly InvokeFormat[] = []): Formats {
  const formats = new Map([...builtInFormats, ...extra].map((format) => [format.name, guard(format)]));

  return {
    find({ invokeFormat }, target) {
      const format = invokeFormat === undefined ? undefined : formats.get(invokeFormat);
      if (format) return format;
      const what =
        invokeFormat === undefined
          ? 'nothing is known of the body that it takes'
          : `the body format ${invokeFormat} is not known`;
      const message = `${target.model} (${target.id}) can't be called by InvokeModel: ${what}. Call it by the Converse API, or give createBedrock a format of that name (there are ${[...formats.keys()].join(', ')}).`;
      throw new ConverseError('unsupported_feature', message, { feature: 'invoke_format', target });
    },
  };
}

/** Whatever goes wrong in a format, the caller gets the one error that he knows. */
function guard(format: InvokeFormat): InvokeFormat {
  return {
    name: format.name,
    encode: (request, context) => asInvalid(format.name, () => format.encode(request, context)),
    decode: (body, context) => asMalformed(format.name, () => format.decode(body, context)),
    decodeStream(context) {
      const stream = format.decodeStream(context);
      return {
        add: (chunk) => asMalformed(format.name, () => stream.add(chunk)),
        end: () => asMalformed(format.name, () => stream.end()),
      };
    },
  };
}

function asInvalid<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (isConverseError(cause)) throw cause;
    throw invalid('', `the format ${name} could not write it, because it is not what its type says`, cause);
  }
}

function asMalformed<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (isConverseError(cause)) throw cause;
    throw malformed('', `the format ${name} could not read it`, cause);
  }
}
