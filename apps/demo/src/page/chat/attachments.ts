import type { ContentBlock } from '@outcrop/converse';
import { createUserMessage, isMessageBuilderError, messageLimits } from '@outcrop/message-builder';
import { signal } from '@preact/signals';
import { factsOf, type MediaKind, sizeText } from './media-facts.ts';

/** A file that waits to be sent, with what was found out about it. */
export type Attachment = {
  id: number;
  name: string;
  size: number;
  file: File;
  state: 'checking' | 'ready' | 'refused';
  /** As it would be sent. */
  block?: ContentBlock | undefined;
  /** Why it can't be sent, or what was noticed. */
  notes: string[];
};

export const attachments = signal<Attachment[]>([]);

/** What a file of that kind may have at most. */
export const maxBytes: Record<MediaKind, number> = {
  image: messageLimits.imageBytes,
  document: messageLimits.documentBytes,
  video: (messageLimits.requestBytes / 4) * 3,
  audio: (messageLimits.requestBytes / 4) * 3,
};

let count = 0;

/** Takes files in, and finds out what each is, by its bytes and not by its name alone. */
export function attach(files: Iterable<File>): void {
  for (const file of files) {
    const id = ++count;
    const { name, size } = file;
    attachments.value = [...attachments.value, { id, name, size, file, state: 'checking', notes: [] }];
    check(id, file);
  }
}

/** Takes back what was sent already, to be sent once more. */
export function attachBlocks(blocks: readonly ContentBlock[], names: readonly string[]): void {
  for (const [index, block] of blocks.entries()) {
    const facts = factsOf(block);
    if (facts?.bytes === undefined) continue;
    const { bytes } = facts;
    const file = new File([bytes as BlobPart], names[index] ?? facts.name);
    const attachment = { id: ++count, name: file.name, size: bytes.length, file, notes: [] };
    attachments.value = [...attachments.value, { ...attachment, state: 'ready', block }];
  }
}

export function detach(id: number): void {
  attachments.value = attachments.value.filter((each) => each.id !== id);
}

// The builder speaks to who writes code, and of places in S3.
const tooLarge: ReadonlySet<string> = new Set(['too_large', 'request_too_large']);
const limits = `It is too large: a picture may have ${sizeText(maxBytes.image)}, a document ${sizeText(maxBytes.document)}, a video ${sizeText(maxBytes.video)}.`;

async function check(id: number, file: File): Promise<void> {
  // A document alone would be refused; there will be a text beside it.
  const builder = createUserMessage().addText('?').addFile(file);
  try {
    const { content } = await builder.build();
    const block = content.find((each) => factsOf(each));
    if (block?.audio) return change(id, { state: 'refused', notes: ['None of the models here takes sound.'] });
    const notes = builder.warnings.filter(({ code }) => code !== 'document_renamed').map(({ message }) => message);
    change(id, { state: 'ready', block, notes });
  } catch (error) {
    const notes = isMessageBuilderError(error)
      ? error.problems.map(({ code, message }) => (tooLarge.has(code) ? limits : message))
      : ['It could not be read.'];
    change(id, { state: 'refused', notes });
  }
}

function change(id: number, patch: Partial<Attachment>): void {
  attachments.value = attachments.value.map((each) => (each.id === id ? { ...each, ...patch } : each));
}
