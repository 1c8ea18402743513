import type { AudioOptions, DocumentOptions, FileOptions, ImageOptions, VideoOptions } from '../media/file-part.ts';
import { MessageBuilder, type MessageOptions } from '../message-builder.ts';
import { localFile } from './local-file.ts';

/** A {@link MessageBuilder} that also takes the paths of files, or their `file:` URLs. */
export class LocalMessageBuilder extends MessageBuilder {
  /** Adds an image by its path. It is read when the message is built, as all local files are. */
  addLocalImage(path: string | URL, options: ImageOptions = {}): this {
    return this.addImageBytes(localFile(path), options);
  }

  /** Adds a document by its path. */
  addLocalDocument(path: string | URL, options: DocumentOptions = {}): this {
    return this.addDocumentBytes(localFile(path), options);
  }

  /** Adds a video by its path. */
  addLocalVideo(path: string | URL, options: VideoOptions = {}): this {
    return this.addVideoBytes(localFile(path), options);
  }

  /** Adds a sound by its path. */
  addLocalAudio(path: string | URL, options: AudioOptions = {}): this {
    return this.addAudioBytes(localFile(path), options);
  }

  /** Adds a file of whatever kind it turns out to be. */
  addLocalFile(path: string | URL, options: FileOptions = {}): this {
    return this.addFile(localFile(path), options);
  }
}

/** Starts a message of any role, which takes paths too. */
export function createMessage(options: MessageOptions): LocalMessageBuilder {
  return new LocalMessageBuilder(options);
}

/**
 * Starts a message of the user, which takes paths too.
 *
 * @example
 * ```ts
 * import { createUserMessage } from '@outcrop/message-builder/node';
 *
 * const builder = createUserMessage().addText('What does this show?').addLocalImage('charts/sales.png');
 * ```
 */
export function createUserMessage(options: Omit<MessageOptions, 'role'> = {}): LocalMessageBuilder {
  return new LocalMessageBuilder({ ...options, role: 'user' });
}

/** Starts a message of the assistant, which takes paths too. */
export function createAssistantMessage(options: Omit<MessageOptions, 'role'> = {}): LocalMessageBuilder {
  return new LocalMessageBuilder({ ...options, role: 'assistant' });
}
