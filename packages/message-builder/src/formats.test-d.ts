import type { AudioFormat, DocumentFormat, ImageFormat, Message, VideoFormat } from '@outcrop/converse';
import { createUserMessage, type MessageBuilder } from '@outcrop/message-builder';
import { createUserMessage as createLocalMessage, type LocalMessageBuilder } from '@outcrop/message-builder/node';
import { expectTypeOf } from 'vitest';
import type { formats } from './media/formats.ts';

// The table of formats leaves none of converse's out.
expectTypeOf<(typeof formats)['image'][number]>().toEqualTypeOf<ImageFormat>();
expectTypeOf<(typeof formats)['document'][number]>().toEqualTypeOf<DocumentFormat>();
expectTypeOf<(typeof formats)['video'][number]>().toEqualTypeOf<VideoFormat>();
expectTypeOf<(typeof formats)['audio'][number]>().toEqualTypeOf<AudioFormat>();

expectTypeOf(createUserMessage().addText('x').addFile(new Blob())).toEqualTypeOf<MessageBuilder>();
expectTypeOf(createUserMessage().build()).resolves.toEqualTypeOf<Message>();

// Every method hands on the builder that it was called on.
expectTypeOf(createLocalMessage().addText('x').addLocalFile('y')).toEqualTypeOf<LocalMessageBuilder>();

// @ts-expect-error: Bedrock does not take it.
createUserMessage().addVideoBytes(new Uint8Array(), { format: 'avi' });
// @ts-expect-error: images have no names.
createUserMessage().addImageBytes(new Uint8Array(), { name: 'x' });
// @ts-expect-error: paths are for /node.
createUserMessage().addLocalFile('x');
