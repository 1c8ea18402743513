import { LLMManager, textOf } from '@outcrop/bedrock';
import { toJson } from '@outcrop/converse/json';
import { connect, type DestinationOptions, destinationOf } from '../destination.ts';
import { WrongUse } from '../failure.ts';
import { takeInterrupts } from '../interrupt.ts';
import { readSettings, type SettingOptions } from '../settings.ts';
import { plain, type Terminal } from '../terminal.ts';
import { showAnswer } from './answer.ts';
import { createConversation } from './conversation.ts';
import { questionOf, readPiped } from './question.ts';

/** What `outcrop chat` can be told. */
export type ChatOptions = DestinationOptions &
  SettingOptions & {
    file?: readonly string[] | undefined;
    system?: string | undefined;
    maxTokens?: number | undefined;
    json?: boolean | undefined;
  };

/** Asks once, if there is a text; else holds a conversation, if there is a person. */
export async function chat(text: string | undefined, options: ChatOptions, terminal: Terminal): Promise<number> {
  const destination = destinationOf(options);
  const settings = readSettings(options);
  const piped = await readPiped();
  const isOnce = text !== undefined || piped !== undefined || options.json;
  if (isOnce && text === undefined && piped === undefined) {
    throw new WrongUse('there is nothing to ask: outcrop chat "Which rock is granite?"');
  }
  await using connection = await connect(destination, settings);
  await using manager = new LLMManager(connection.options);
  await manager.validate();
  const conversation = createConversation(manager, options);
  const { file: files = [] } = options;
  if (!isOnce) {
    // Now, and not with the first question: a file that can't be sent would be in the way of all of them.
    if (files.length > 0) await questionOf('?', undefined, files);
    const { converseWith } = await import('./line-by-line.ts');
    return await converseWith(conversation, { files }, terminal);
  }
  const question = await questionOf(text, piped, files);
  using interrupt = takeInterrupts();
  if (!options.json) {
    await showAnswer(conversation, question, interrupt.ending, terminal);
    return 0;
  }
  const reply = await showAnswer(conversation, question, interrupt.ending, { ...terminal, out: silent });
  terminal.out.write(`${JSON.stringify({ text: textOf(reply), ...(toJson(reply) as object) })}\n`);
  return 0;
}

const silent = {
  stream: process.stdout,
  isTerminal: false,
  isDrawable: false,
  style: plain,
  columns: () => 0,
  write() {},
};
