import { inspect } from 'node:util';
import type { ContentBlock } from '@outcrop/converse';
import {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  isMessageBuilderError,
  type MessageBuilder,
} from '@outcrop/message-builder';
import { expect, test } from 'vitest';

const bytes = Uint8Array.of(1, 2, 3);

test('text is kept byte for byte, in the order it was added', async () => {
  const message = await createUserMessage().addText('  first\n').addText('\u3000second').build();
  expect(message).toEqual({ role: 'user', content: [{ text: '  first\n' }, { text: '\u3000second' }] });
});

test('every role can be built for', async () => {
  for (const role of ['user', 'assistant', 'system'] as const) {
    expect(await createMessage({ role }).addText('x').build()).toEqual({ role, content: [{ text: 'x' }] });
  }
  expect(createAssistantMessage().role).toBe('assistant');
  // @ts-expect-error: there is no such role.
  expect(() => createMessage({ role: 'tool' })).toThrow(
    new TypeError('The role is one of user, assistant, system, not tool.'),
  );
});

test.each<[string, (builder: MessageBuilder) => MessageBuilder, ContentBlock]>([
  [
    'image',
    (builder) => builder.addImageBytes(bytes, { format: 'png' }),
    { image: { format: 'png', source: { bytes } } },
  ],
  [
    'document',
    (builder) =>
      builder.addDocumentBytes(bytes, {
        format: 'pdf',
        filename: 'report_2026.pdf',
        context: 'Filed in May.',
        citations: true,
      }),
    {
      document: {
        format: 'pdf',
        name: 'report-2026',
        source: { bytes },
        context: 'Filed in May.',
        citations: { enabled: true },
      },
    },
  ],
  [
    'document of text',
    (builder) => builder.addDocumentText('Quartz.', { name: 'Notes', citations: true }),
    { document: { name: 'Notes', source: { text: 'Quartz.' }, citations: { enabled: true } } },
  ],
  [
    'document of pieces',
    (builder) => builder.addDocumentContent(['Quartz.', 'Mica.'], { name: 'Notes', format: 'txt' }),
    { document: { format: 'txt', name: 'Notes', source: { content: [{ text: 'Quartz.' }, { text: 'Mica.' }] } } },
  ],
  [
    'video',
    (builder) => builder.addVideoBytes(bytes, { format: 'three_gp' }),
    { video: { format: 'three_gp', source: { bytes } } },
  ],
  [
    'audio',
    (builder) => builder.addAudioBytes(bytes, { format: 'mp3' }),
    { audio: { format: 'mp3', source: { bytes } } },
  ],
  [
    'file whose format is named',
    (builder) => builder.addFile(bytes, { format: 'mp4', kind: 'audio' }),
    { audio: { format: 'mp4', source: { bytes } } },
  ],
  [
    'file whose format is named and stands for two kinds',
    (builder) => builder.addFile(bytes, { format: 'mp4' }),
    { video: { format: 'mp4', source: { bytes } } },
  ],
  [
    'image in S3',
    (builder) => builder.addS3Image('s3://pictures/a.png', { bucketOwner: '123456789012' }),
    { image: { format: 'png', source: { s3Location: { uri: 's3://pictures/a.png', bucketOwner: '123456789012' } } } },
  ],
  [
    'document in S3',
    (builder) => builder.addS3Document('s3://papers/2026/q3.v2.pdf', { citations: false }),
    {
      document: {
        format: 'pdf',
        name: 'q3-v2',
        source: { s3Location: { uri: 's3://papers/2026/q3.v2.pdf' } },
        citations: { enabled: false },
      },
    },
  ],
  [
    'video in S3',
    (builder) => builder.addS3Video('s3://films/raw', { format: 'mov' }),
    { video: { format: 'mov', source: { s3Location: { uri: 's3://films/raw' } } } },
  ],
  [
    'audio in S3',
    (builder) => builder.addS3Audio('s3://sounds/a.mp3'),
    { audio: { format: 'mp3', source: { s3Location: { uri: 's3://sounds/a.mp3' } } } },
  ],
  ['cache point', (builder) => builder.addCachePoint(), { cachePoint: { type: 'default' } }],
  [
    'cache point that lasts',
    (builder) => builder.addCachePoint({ ttl: '1h' }),
    { cachePoint: { type: 'default', ttl: '1h' } },
  ],
  [
    'guarded text',
    (builder) => builder.addGuardContent('Is it safe?', { qualifiers: ['query'] }),
    { guardContent: { text: { text: 'Is it safe?', qualifiers: ['query'] } } },
  ],
  [
    'guarded photo',
    (builder) => builder.addGuardContent(Uint8Array.of(0xff, 0xd8).buffer),
    { guardContent: { image: { format: 'jpeg', source: { bytes: Uint8Array.of(0xff, 0xd8) } } } },
  ],
  [
    'guarded picture',
    (builder) => builder.addGuardContent(Uint8Array.of(0x89, 0x50)),
    { guardContent: { image: { format: 'png', source: { bytes: Uint8Array.of(0x89, 0x50) } } } },
  ],
  [
    'search result',
    (builder) =>
      builder.addSearchResult({ source: 'https://example.com', title: 'Granite', content: 'Hard.', citations: true }),
    {
      searchResult: {
        source: 'https://example.com',
        title: 'Granite',
        content: [{ text: 'Hard.' }],
        citations: { enabled: true },
      },
    },
  ],
])('%s', async (_, add, block) => {
  const message = await add(createUserMessage().addText('Look:')).build();
  expect(message).toStrictEqual({ role: 'user', content: [{ text: 'Look:' }, block] });
});

test('what an assistant says: tool uses and reasoning', async () => {
  const message = await createAssistantMessage()
    .addReasoning('Two ways.', { signature: 'c2ln' })
    .addRedactedReasoning(bytes)
    .addToolUse({ toolUseId: 't1', name: 'get_weather', input: { city: 'Bern' } })
    .build();
  expect(message).toEqual({
    role: 'assistant',
    content: [
      { reasoningContent: { reasoningText: { text: 'Two ways.', signature: 'c2ln' } } },
      { reasoningContent: { redactedContent: bytes } },
      { toolUse: { toolUseId: 't1', name: 'get_weather', input: { city: 'Bern' } } },
    ],
  });
});

test('a block of a kind that is newer than this release passes as it is', async () => {
  const message = await createUserMessage()
    .addBlock({ hologram: { depth: 3, text: ' ' } })
    .build();
  expect(message).toEqual({ role: 'user', content: [{ hologram: { depth: 3, text: ' ' } }] });
});

test('building twice gives equal messages, which share nothing but bytes in memory', async () => {
  const builder = createUserMessage()
    .addText('?')
    .addDocumentBytes(bytes, { format: 'txt', name: 'notes' })
    .addFile(new File(['a,b\n'], 'table.csv'))
    .addToolResult({ toolUseId: 't1', json: { rows: [1] } });
  const first = await builder.build();
  const second = await builder.build();
  expect(second).toEqual(first);
  const before = structuredClone(second);
  Object.assign(first.content[3]?.toolResult?.content[0]?.json ?? {}, { rows: [2] });
  first.content[3]?.toolResult?.content.push({ text: 'more' });
  first.content.push({ text: 'more' });
  Object.assign(first.content[0] ?? {}, { text: 'changed' });
  expect(await builder.build()).toEqual(before);
  expect(first.content[1]?.document?.source.bytes).toBe(bytes);
});

test('what the caller changes after adding it does not change the message', async () => {
  const input = { city: 'Bern' };
  const builder = createAssistantMessage().addToolUse({ toolUseId: 't1', name: 'weather', input });
  input.city = 'Basel';
  const { content } = await builder.build();
  expect(content).toEqual([{ toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Bern' } } }]);
  expect(Object.isFrozen(content[0])).toBe(false);
});

test('bytes are never copied, whatever holds them', async () => {
  const buffer = Buffer.from('Hello, world');
  const { content } = await createUserMessage()
    .addText('?')
    .addDocumentBytes(buffer, { format: 'txt' })
    .addDocumentBytes(buffer.buffer as ArrayBuffer, { format: 'txt' })
    .build();
  const [, view, whole] = content.map(({ document }) => document?.source.bytes);
  expect(view?.constructor).toBe(Uint8Array);
  expect([view?.buffer, view?.byteOffset, view?.length]).toEqual([buffer.buffer, buffer.byteOffset, buffer.length]);
  expect(whole?.buffer).toBe(buffer.buffer);
});

test('shows what it holds without showing text or bytes', () => {
  const builder = createUserMessage()
    .addText('a secret')
    .addImageBytes(bytes, { format: 'png', filename: 'chart.png' })
    .addBase64('c2VjcmV0')
    .addToolResult({ toolUseId: 't1', text: 'a secret' });
  const line = 'user message: text, image (chart.png, 3 bytes), file, toolResult';
  expect([builder.contentBlockCount, String(builder), inspect(builder)]).toEqual([4, line, `MessageBuilder(${line})`]);
  expect(String(createUserMessage())).toBe('user message: empty');
});

test.each<[string, () => unknown, string]>([
  [
    'a Promise for bytes',
    () => createUserMessage().addFile(Promise.resolve(bytes) as never),
    'Bytes, a Blob or a File (for strings: addDataUrl, addBase64, or addLocalFile of /node) expected, but got Promise. Is an await missing?',
  ],
  [
    'a path for bytes',
    () => createUserMessage().addImageBytes('a.png' as never),
    'Bytes, a Blob or a File (for strings: addDataUrl, addBase64, or addLocalFile of /node) expected, but got String.',
  ],
  [
    'no file',
    () => createUserMessage().addFile(undefined as never),
    'Bytes, a Blob or a File (for strings: addDataUrl, addBase64, or addLocalFile of /node) expected, but got Undefined.',
  ],
  [
    'a Response for a file',
    () => createUserMessage().addFile(new Response('x') as never),
    'Bytes, a Blob or a File (for strings: addDataUrl, addBase64, or addLocalFile of /node) expected, but got Response. Give its await blob().',
  ],
  ['a number for text', () => createUserMessage().addText(5 as never), 'Text: a string expected, but got Number.'],
  [
    'a Promise for text',
    () => createUserMessage().addText(Promise.resolve('x') as never),
    'Text: a string expected, but got Promise. Is an await missing?',
  ],
  [
    'a wrong option',
    () => createUserMessage().addImageBytes(bytes, { filename: 7 as never }),
    'filename: a string expected, but got Number.',
  ],
  [
    'text for citations',
    () => createUserMessage().addDocumentText('x', { citations: 'yes' as never }),
    'citations: a boolean expected, but got String.',
  ],
  [
    'a list as the input of a tool',
    () => createAssistantMessage().addToolUse({ toolUseId: 'a', name: 'b', input: [1] }),
    'input: an object, such as { rows } for a list, expected, but got Array.',
  ],
  [
    'a list as the JSON of a result',
    () => createUserMessage().addToolResult({ toolUseId: 'a', json: [1] }),
    'json: an object, such as { rows } for a list, expected, but got Array.',
  ],
  [
    'a date in JSON',
    () => createUserMessage().addToolResult({ toolUseId: 'a', json: { at: new Date(0) } }),
    'json.at: plain data of at most 512 levels expected, but got Date.',
  ],
  [
    'no number in JSON',
    () => createUserMessage().addToolResult({ toolUseId: 'a', json: { x: [Number.NaN] } }),
    'json.x[0]: plain data of at most 512 levels expected, but got Number.',
  ],
  [
    'bytes in JSON',
    () => createUserMessage().addToolResult({ toolUseId: 'a', json: { rows: [{ bytes }] } }),
    'json.rows[0].bytes: plain data of at most 512 levels expected, but got Uint8Array.',
  ],
  [
    'bytes in the input of a tool',
    () => createAssistantMessage().addToolUse({ toolUseId: 'a', name: 'b', input: { bytes: bytes as never } }),
    'toolUse.input.bytes: plain data of at most 512 levels expected, but got Uint8Array.',
  ],
  [
    'a gap in JSON',
    () => createUserMessage().addToolResult({ toolUseId: 'a', json: { x: new Array(3) } }),
    'json.x[0]: plain data of at most 512 levels expected, but got Undefined.',
  ],
  [
    'text for pieces',
    () => createUserMessage().addDocumentContent('x' as never),
    'A list of strings expected, but got String.',
  ],
  [
    'two keys in a block',
    () => createUserMessage().addBlock({ a: {}, b: {} }),
    'An object with one key expected, but got Object.',
  ],
  [
    'a list for a block',
    () => createUserMessage().addBlock([{ text: 'x' }] as never),
    'An object with one key expected, but got Array.',
  ],
  [
    'a number for text',
    () => createUserMessage().addBlock({ text: 5 as never }),
    'Text: a string expected, but got Number.',
  ],
  [
    'nothing in a block',
    () => createAssistantMessage().addBlock({ toolUse: null as never }),
    'toolUse: an object expected, but got Null.',
  ],
  [
    'no data URL',
    () => createUserMessage().addDataUrl('https://example.com/a.png'),
    'A data URL expected, which begins with data: and has a comma.',
  ],
  [
    'another picture for a guardrail',
    () => createUserMessage().addGuardContent(bytes),
    'The bytes of a PNG or a JPEG expected.',
  ],
  [
    'a limit that does not exist',
    () => createUserMessage({ limits: { imagesPerMessage: 3 } as never }),
    "There is no limit 'imagesPerMessage'.",
  ],
])('%s is a TypeError at once', (_, add, message) => {
  expect(add).toThrow(new TypeError(message));
});

test.each([0, -1, Number.NaN])('%d is no size and no limit', (number) => {
  expect(() => createUserMessage().addFile(bytes, { maxSizeMb: number })).toThrow(RangeError);
  expect(() => createUserMessage({ limits: { imageBytes: number } })).toThrow(RangeError);
  expect(() => createUserMessage({ limits: { imageBytes: '5' as never } })).toThrow(RangeError);
});

test('an object that refers back to itself is a TypeError', () => {
  const loop: { inner?: object } = {};
  loop.inner = loop;
  expect(() => createUserMessage().addToolResult({ toolUseId: 'a', json: loop })).toThrow(
    /^json(\.inner)+.*: plain data of at most 512 levels expected, but got Object\.$/,
  );
});

test('JSON that is nested as deep as its JSON form may be is taken, and a level more is a TypeError', async () => {
  const nested = (levels: number): object => (levels === 1 ? {} : { x: nested(levels - 1) });
  const build = (json: object) => createUserMessage().addToolResult({ toolUseId: 'a', json }).build();
  const { content } = await build(nested(500));
  expect(content[0]?.toolResult?.content).toEqual([{ json: nested(500) }]);
  await expect(async () => build(nested(5_000))).rejects.toThrow(
    /^json(\.x)+.*: plain data of at most 512 levels expected, but got Object\.$/,
  );
});

test('a call of a tool out of a block without name and id is a problem', async () => {
  await expect(createAssistantMessage().addBlock({ toolUse: {} }).build()).rejects.toMatchObject({
    problems: [{ code: 'invalid_tool_name' }, { code: 'invalid_tool_use_id' }],
  });
});

test('the guard knows the error of another copy of the package', async () => {
  const error = await createUserMessage()
    .build()
    .catch((error: unknown) => error);
  expect([isMessageBuilderError(error), isMessageBuilderError(new Error('x')), isMessageBuilderError(null)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isMessageBuilderError({ [Symbol.for('@outcrop/message-builder/MessageBuilderError')]: true })).toBe(true);
});
