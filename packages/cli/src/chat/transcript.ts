import { type Message, textOf } from '@outcrop/bedrock';
import { toJson } from '@outcrop/converse/json';

/** A conversation as a file: `json` is what `converse` takes as its messages, `markdown` is for reading. */
export function transcriptOf(messages: readonly Message[], format: 'json' | 'markdown'): string {
  if (format === 'json')
    return `${JSON.stringify(
      messages.map((message) => toJson(message)),
      null,
      2,
    )}\n`;
  return messages
    .map((message) => `## ${message.role === 'user' ? 'You' : 'Model'}\n\n${wordsOf(message)}\n`)
    .join('\n');
}

function wordsOf(message: Message): string {
  const files = message.content.flatMap(({ image, document, video, audio }) => {
    if (document) return [`*(document: ${document.name})*`];
    const media = image ?? video ?? audio;
    return media ? [`*(${image ? 'picture' : video ? 'video' : 'sound'}: ${media.format})*`] : [];
  });
  return [textOf(message, { join: '\n\n' }), ...files].join('\n\n');
}
