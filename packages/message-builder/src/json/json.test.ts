import { createAssistantMessage, createUserMessage, type MessageBuilder } from '@outcrop/message-builder';
import { messageFromJson, toJson } from '@outcrop/message-builder/json';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => value.trim() !== '');
const id = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,64}$/);
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
// By their first byte of no format, or what is said of them might be wrong: three bytes by chance make a JPEG.
const bytes = fc.uint8Array().map((rest) => Uint8Array.from([1, ...rest]));
const key = fc.stringMatching(/^[a-z ]{0,8}$/);
// What JSON can say: it has no -0.
const json = fc.dictionary(key, fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as object);

type Add = (builder: MessageBuilder) => MessageBuilder;

const userBlocks: fc.Arbitrary<Add>[] = [
  text.map((value) => (builder) => builder.addText(value)),
  bytes.map((value) => (builder) => builder.addImageBytes(value, { format: 'webp' })),
  bytes.map(
    (value) => (builder) => builder.addAudioBytes(new Blob([value as Uint8Array<ArrayBuffer>]), { format: 'pcm' }),
  ),
  fc.record({ bytes, filename: fc.string(), citations: fc.boolean() }).map(
    ({ bytes, ...options }) =>
      (builder) =>
        builder.addDocumentBytes(bytes, { ...options, format: 'pdf' }),
  ),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((pieces) => (builder) => builder.addDocumentContent(pieces)),
  text.map(
    (key) => (builder) => builder.addS3Video(`s3://films/${key}`, { format: 'mkv', bucketOwner: '123456789012' }),
  ),
  fc
    .record({ toolUseId: id, text, json, images: fc.array(bytes.map((bytes) => ({ bytes, format: 'gif' as const }))) })
    .map((result) => (builder) => builder.addToolResult(result)),
  fc.record({ source: text, title: text, content: text }).map((result) => (builder) => builder.addSearchResult(result)),
  fc.constant((builder) => builder.addCachePoint({ ttl: '5m' })),
  text.map((value) => (builder) => builder.addGuardContent(value)),
  fc.tuple(name, json).map(
    ([kind, value]) =>
      (builder) =>
        builder.addBlock({ [`new-${kind}`]: value }),
  ),
];

const assistantBlocks: fc.Arbitrary<Add>[] = [
  text.map((value) => (builder) => builder.addText(value)),
  fc.record({ toolUseId: id, name, input: json }).map((use) => (builder) => builder.addToolUse(use as never)),
  fc.tuple(text, text).map(
    ([value, signature]) =>
      (builder) =>
        builder.addReasoning(value, { signature }),
  ),
  bytes.map((value) => (builder) => builder.addRedactedReasoning(value)),
];

const many = 1_000;
const limits = {
  imagesPerRequest: many,
  documentsPerRequest: many,
  videosPerRequest: many,
  cachePointsPerRequest: many,
};

test.each([
  ['user', () => createUserMessage({ limits }).addText('?'), userBlocks],
  ['assistant', () => createAssistantMessage().addText('!'), assistantBlocks],
])('any message of the %s that can be built survives JSON', async (_, start, blocks) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...blocks), { maxLength: 12 }), async (adds) => {
      const builder = start();
      for (const add of adds) add(builder);
      const message = await builder.build();
      expect(messageFromJson(JSON.stringify(toJson(message)))).toEqual(message);
      expect(message.content).toHaveLength(builder.contentBlockCount);
    }),
  );
});
