import type { Message } from '@outcrop/converse';
import { createUserMessage } from '@outcrop/message-builder';
import type { Attachment } from './attachments.ts';

/**
 * Builds what is to be sent. Throws a `MessageBuilderError` with all that is wrong with it. Bedrock wants the names of
 * documents unique in the whole conversation, so the names that are taken have to be known.
 */
export async function compose(
  text: string,
  attachments: readonly Attachment[],
  conversation: readonly Message[],
): Promise<Message> {
  const builder = createUserMessage();
  if (text.trim() !== '') builder.addText(text);
  for (const { file } of attachments) builder.addFile(file);
  const hasDocument = attachments.some(({ block }) => block?.document);
  // Bedrock refuses a document without a text beside it.
  if (hasDocument && text.trim() === '') builder.addText('What is in this?');
  return withUniqueNames(await builder.build(), conversation);
}

function withUniqueNames(message: Message, conversation: readonly Message[]): Message {
  const taken = new Set(conversation.flatMap(({ content }) => content.map(({ document }) => document?.name)));
  const content = message.content.map((block) => {
    if (!block.document || !taken.has(block.document.name)) return block;
    let number = 2;
    while (taken.has(`${block.document.name} ${number}`)) number++;
    const name = `${block.document.name} ${number}`;
    taken.add(name);
    return { document: { ...block.document, name } };
  });
  return { ...message, content };
}
