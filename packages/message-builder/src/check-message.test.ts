import {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  isMessageBuilderError,
  type MessageBuilder,
  type MessageProblem,
  messageLimits,
} from '@outcrop/message-builder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const bytes = Uint8Array.of(1, 2, 3);

async function problemsOf(builder: MessageBuilder): Promise<readonly MessageProblem[]> {
  const error = await builder.build().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error === undefined) return [];
  if (!isMessageBuilderError(error)) throw error;
  return error.problems;
}

const codesOf = async (builder: MessageBuilder) => (await problemsOf(builder)).map(({ code }) => code);

test('a problem says where, what was received, what the limit is and what to do', async () => {
  const builder = createUserMessage()
    .addText('?')
    .addImageBytes(new Uint8Array(3_750_001), { format: 'png', filename: 'chart.png' });
  const problem = {
    path: 'content[1]',
    block: 1,
    code: 'too_large',
    file: 'chart.png',
    received: 3_750_001,
    limit: 3_750_000,
    message: "'chart.png' has 3,750,001 bytes, and 3,750,000 is the limit. Scale it down or compress it more.",
  };
  await expect(builder.build()).rejects.toMatchObject({
    name: 'MessageBuilderError',
    message: `content[1]: ${problem.message}`,
    problems: [problem],
  });
});

test('all problems are found in one go, in the order of the blocks', async () => {
  const builder = createUserMessage()
    .addText(' \n')
    .addImageBytes(new Uint8Array())
    .addToolUse({ toolUseId: 'no spaces', name: 'größe', input: {} })
    .addVideoBytes(bytes, { format: 'avi' as never })
    .addVideoBytes(bytes, { format: 'mp4' });
  await expect(builder.build()).rejects.toThrow(
    [
      'The message has 7 problems:',
      '- content[0].text: The text is blank (white space only), and Bedrock refuses that: leave it out, or write something.',
      '- content[1]: The image is empty (0 bytes): find out why, or leave it out.',
      '- content[2]: A message of role user may not hold toolUse: add it to one of role assistant.',
      "- content[2].toolUse.name: 'größe' cannot be the name of a tool: it has 1 to 64 letters, digits, '_' or '-'.",
      "- content[2].toolUse.toolUseId: 'no spaces' cannot be the id of a tool use: it has 1 to 64 letters, digits, '_', '.', ':' or '-'.",
      "- content[3]: Bedrock knows no format 'avi' here, only flv, mkv, mov, mp4, mpeg, mpg, three_gp, webm, wmv. Leave it out to have it detected.",
      '- content: The message has 2 videos, and 1 is the limit: send the others in another request.',
    ].join('\n'),
  );
});

test.each<[string, MessageBuilder, string[]]>([
  ['empty_message', createUserMessage(), ['content']],
  ['blank_text', createUserMessage().addText(''), ['content[0].text']],
  ['blank_text', createUserMessage().addText('\u3000\t'), ['content[0].text']],
  ['blank_text', createUserMessage().addGuardContent(' '), ['content[0].guardContent.text.text']],
  ['blank_text', createUserMessage().addText('?').addDocumentText(' '), ['content[1].document.source.text']],
  [
    'blank_text',
    createUserMessage().addText('?').addDocumentContent(['a', '']),
    ['content[1].document.source.content[1].text'],
  ],
  [
    'blank_text',
    createUserMessage().addSearchResult({ source: 's', title: 't', content: ['', 'b', ' '] }),
    ['content[0].searchResult.content[0].text', 'content[0].searchResult.content[2].text'],
  ],
  [
    'blank_text',
    createUserMessage().addToolResult({ toolUseId: 'a', text: '' }),
    ['content[0].toolResult.content[0].text'],
  ],
  ['empty_tool_result', createUserMessage().addToolResult({ toolUseId: 'a', status: 'error' }), ['content[0]']],
  [
    'empty_tool_result',
    createUserMessage().addBlock({ toolResult: { toolUseId: 'a', status: 'error' } as never }),
    ['content[0]'],
  ],
  [
    'invalid_tool_use_id',
    createUserMessage().addToolResult({ toolUseId: 'x'.repeat(65), text: 'y' }),
    ['content[0].toolResult.toolUseId'],
  ],
  ['document_without_text', createUserMessage().addDocumentText('x'), ['content[0]']],
  ['invalid_s3_uri', createUserMessage().addS3Image('https://pictures/a.png'), ['content[0]']],
  ['invalid_s3_uri', createUserMessage().addS3Image('s3://pictures/'), ['content[0]']],
  ['invalid_s3_uri', createUserMessage().addS3Image('s3://ab/a.png'), ['content[0]']],
  ['invalid_s3_uri', createUserMessage().addS3Image(`s3://${'a'.repeat(64)}/a.png`), ['content[0]']],
  [
    'invalid_bucket_owner',
    createUserMessage().addS3Image('s3://pictures/a.png', { bucketOwner: '12' }),
    ['content[0]'],
  ],
  ['unlisted_format', createUserMessage().addImageBytes(bytes, { format: 'jpg' as never }), ['content[0]']],
  ['unlisted_format', createUserMessage().addFile(bytes, { format: 'avi' as never }), ['content[0]']],
])('%s', async (code, builder, paths) => {
  const problems = await problemsOf(builder);
  expect(problems.map(({ code, path }) => ({ code, path }))).toEqual(paths.map((path) => ({ code, path })));
});

test('what only looks blank to a careless check passes: reasoning, and JSON of a tool', async () => {
  const reasoning = createAssistantMessage().addReasoning('', { signature: 'c2ln' });
  const json = createUserMessage().addToolResult({ toolUseId: 'a', json: { text: '' } });
  const input = createAssistantMessage().addToolUse({ toolUseId: 'a', name: 'b', input: { text: '' } });
  expect([await codesOf(reasoning), await codesOf(json), await codesOf(input)]).toEqual([[], [], []]);
});

test('a document among the results of a tool needs no text beside it', async () => {
  const documents = [{ bytes, format: 'txt' as const }];
  expect(await codesOf(createUserMessage().addToolResult({ toolUseId: 'a', documents }))).toEqual([]);
});

const kinds: Record<string, (builder: MessageBuilder) => MessageBuilder> = {
  image: (builder) => builder.addImageBytes(bytes, { format: 'png' }),
  document: (builder) => builder.addDocumentText('x'),
  video: (builder) => builder.addVideoBytes(bytes, { format: 'mp4' }),
  audio: (builder) => builder.addAudioBytes(bytes, { format: 'mp3' }),
  toolResult: (builder) => builder.addToolResult({ toolUseId: 'a', text: 'x' }),
  searchResult: (builder) => builder.addSearchResult({ source: 's', title: 't', content: 'c' }),
  guardContent: (builder) => builder.addGuardContent('x'),
  toolUse: (builder) => builder.addToolUse({ toolUseId: 'a', name: 'b', input: {} }),
  reasoningContent: (builder) => builder.addReasoning('x', { signature: 'y' }),
  citationsContent: (builder) => builder.addBlock({ citationsContent: { content: [{ text: 'x' }] } }),
  toolAddition: (builder) => builder.addBlock({ toolAddition: { tool: { name: 'x' } } }),
  toolRemoval: (builder) => builder.addBlock({ toolRemoval: { tool: { name: 'x' } } }),
};

describe.each([
  ['user', ['image', 'document', 'video', 'audio', 'toolResult', 'searchResult', 'guardContent']],
  ['assistant', ['toolUse', 'reasoningContent', 'citationsContent']],
  ['system', ['guardContent', 'toolAddition', 'toolRemoval']],
] as const)('a message of the role %s', (role, allowed) => {
  test.each(Object.entries(kinds))('and %s', async (kind, add) => {
    const mayHold = (allowed as readonly string[]).includes(kind);
    expect(await codesOf(add(createMessage({ role }).addText('?')))).toEqual(mayHold ? [] : ['wrong_role']);
  });

  test('and what stands anywhere', async () => {
    expect(await codesOf(createMessage({ role }).addText('?').addCachePoint())).toEqual([]);
  });
});

describe('counts: equal to the limit passes, one more does not', () => {
  test.each<[string, number, (builder: MessageBuilder) => MessageBuilder]>([
    ['too_many_blocks', messageLimits.blocksPerMessage - 1, (builder) => builder.addText('x')],
    ['too_many_images', messageLimits.imagesPerRequest, (builder) => builder.addImageBytes(bytes, { format: 'png' })],
    ['too_many_documents', messageLimits.documentsPerRequest, (builder) => builder.addDocumentText('x')],
    ['too_many_videos', messageLimits.videosPerRequest, (builder) => builder.addVideoBytes(bytes, { format: 'mp4' })],
    ['too_many_cache_points', messageLimits.cachePointsPerRequest, (builder) => builder.addCachePoint()],
    [
      'too_many_images',
      messageLimits.imagesPerRequest,
      (builder) => builder.addToolResult({ toolUseId: 'a', images: [{ bytes, format: 'png' }] }),
    ],
  ])('%s', async (code, limit, add) => {
    const builder = createUserMessage().addText('?');
    for (let count = 0; count < limit; count++) add(builder);
    expect(await codesOf(builder)).toEqual([]);
    expect(await codesOf(add(builder))).toEqual([code]);
  });
});

describe('sizes: equal to the limit passes, one byte more does not', () => {
  test.each<[string, number, (bytes: Uint8Array) => MessageBuilder]>([
    ['image', messageLimits.imageBytes, (bytes) => createUserMessage().addImageBytes(bytes, { format: 'png' })],
    [
      'document',
      messageLimits.documentBytes,
      (bytes) => createUserMessage().addText('?').addDocumentBytes(bytes, { format: 'pdf' }),
    ],
    [
      'image with a higher limit of its own',
      4_100_000,
      (bytes) => createUserMessage().addImageBytes(bytes, { format: 'png', maxSizeMb: 4.1 }),
    ],
    [
      'image with a lower limit of its own',
      1_000_000,
      (bytes) => createUserMessage().addImageBytes(bytes, { format: 'png', maxSizeMb: 1 }),
    ],
    [
      'image under a limit of the builder',
      5_000_000,
      (bytes) => createUserMessage({ limits: { imageBytes: 5_000_000 } }).addImageBytes(bytes, { format: 'png' }),
    ],
    [
      'image of a tool',
      messageLimits.imageBytes,
      (bytes) => createUserMessage().addToolResult({ toolUseId: 'a', images: [{ bytes, format: 'png' }] }),
    ],
    [
      'video with a limit of its own',
      2_000_000,
      (bytes) => createUserMessage().addVideoBytes(bytes, { format: 'mp4', maxSizeMb: 2 }),
    ],
  ])('%s', async (_, limit, make) => {
    expect(await codesOf(make(new Uint8Array(limit)))).toEqual([]);
    expect(await problemsOf(make(new Uint8Array(limit + 1)))).toMatchObject([
      { code: 'too_large', received: limit + 1, limit },
    ]);
  });

  test('pixels', async () => {
    const make = (width: number, height: number) =>
      createUserMessage().addImageBytes(gif(width, height), { format: 'gif' });
    expect(await codesOf(make(8_000, 8_000))).toEqual([]);
    expect(await problemsOf(make(1, 8_001))).toMatchObject([
      {
        code: 'too_many_pixels',
        received: 8_001,
        limit: 8_000,
        message: 'The image (1 × 8001) has 8,001 pixels on its longer side, and 8,000 is the limit: scale it down.',
      },
    ]);
  });

  test('a request', async () => {
    const json =
      '{"messages":[{"role":"user","content":[{"text":""},{"video":{"format":"mp4","source":{"bytes":""}}}]}]}';
    const video = new Uint8Array(18_000_001);
    const room = messageLimits.requestBytes - json.length - 4 * Math.ceil(video.length / 3);
    // The ü takes two bytes.
    const make = (length: number) =>
      createUserMessage()
        .addText(`ü${'x'.repeat(length - 2)}`)
        .addVideoBytes(video, { format: 'mp4' });
    expect(await codesOf(make(room))).toEqual([]);
    expect(await problemsOf(make(room + 1))).toMatchObject([
      { path: '', code: 'request_too_large', received: 25_000_001, limit: 25_000_000 },
    ]);
  });
});

test.each([undefined, 100])(
  'a video that no request can hold is told to come from S3 (maxSizeMb %s)',
  async (maxSizeMb) => {
    const builder = createUserMessage().addVideoBytes(new Uint8Array(18_750_001), {
      format: 'mp4',
      filename: 'film.mp4',
      maxSizeMb,
    });
    expect(await problemsOf(builder)).toEqual([
      {
        path: 'content[0]',
        block: 0,
        code: 'request_too_large',
        file: 'film.mp4',
        received: 18_750_001,
        limit: 18_750_000,
        message:
          "'film.mp4' has 18,750,001 bytes, and 18,750,000 is the limit, as base64 makes four bytes of three in a request. Put it into S3 and use addS3Video: a video from there may have 1 GB.",
      },
    ]);
  },
);

describe('warnings', () => {
  test('from 80 % of a limit on', async () => {
    const make = (size: number) => createUserMessage().addImageBytes(new Uint8Array(size), { format: 'png' });
    const below = make(2_999_999);
    await below.build();
    const nearly = make(3_000_000);
    await nearly.build();
    expect([below.warnings, nearly.warnings]).toEqual([
      [],
      [
        {
          code: 'near_limit',
          message: 'The image comes near a limit: 3,000,000 of 3,750,000 bytes.',
          path: 'content[0]',
        },
      ],
    ]);
  });

  test('of the fourth document of five', async () => {
    const builder = createUserMessage().addText('?');
    for (let count = 0; count < 4; count++) builder.addDocumentText('x');
    await builder.build();
    expect(builder.warnings).toEqual([
      { code: 'near_limit', message: 'The message comes near a limit: 4 of 5 documents.', path: 'content' },
    ]);
  });

  test('of a limit of the caller that lies above what Bedrock takes, where it matters', async () => {
    const limits = { imageBytes: 5_000_000, documentsPerRequest: 9 };
    const text = createUserMessage({ limits }).addText('no image, no warning');
    await text.build();
    const image = createUserMessage({ limits }).addImageBytes(bytes, { format: 'png' });
    await image.build();
    expect([text.warnings, image.warnings]).toEqual([
      [],
      [
        {
          code: 'limit_above_bedrock',
          message:
            'Your limit of 5,000,000 bytes lies above the 3,750,000 that Bedrock documents: it may refuse what passes here.',
          path: 'content[0]',
        },
      ],
    ]);
  });

  test('of what comes near the limit of Bedrock, under one of the caller that lies far above', async () => {
    const builder = createUserMessage({ limits: { documentsPerRequest: 90 } }).addText('?');
    for (let count = 0; count < 4; count++) builder.addDocumentText('x');
    await builder.build();
    expect(builder.warnings.map(({ message }) => message)).toEqual([
      'Your limit of 90 documents lies above the 5 that Bedrock documents: it may refuse what passes here.',
      'The message comes near a limit: 4 of 5 documents.',
    ]);
  });

  test('of what lies above the limit of Bedrock, not that it comes near', async () => {
    const limits = { documentsPerRequest: 9 };
    const builder = createUserMessage({ limits }).addText('?');
    for (let count = 0; count < 6; count++) builder.addDocumentText('x');
    await builder.build();
    expect(builder.warnings).toEqual([
      {
        code: 'limit_above_bedrock',
        message: 'Your limit of 9 documents lies above the 5 that Bedrock documents: it may refuse what passes here.',
        path: 'content',
      },
    ]);
  });

  test('not of a small count that is used up', async () => {
    const builder = createUserMessage().addText('?').addVideoBytes(bytes, { format: 'mp4' });
    for (let count = 0; count < 4; count++) builder.addCachePoint();
    await builder.build();
    expect(builder.warnings).toEqual([]);
  });

  test('of reasoning that has lost its signature', async () => {
    const builder = createAssistantMessage().addReasoning('Hm.');
    await builder.build();
    expect(builder.warnings).toMatchObject([{ code: 'unsigned_reasoning', path: 'content[0]' }]);
  });
});

test('whatever the order, every problem is reported, at its own block', async () => {
  const wrong: Record<string, (builder: MessageBuilder) => MessageBuilder> = {
    blank_text: (builder) => builder.addText(' '),
    empty_file: (builder) => builder.addFile(new Blob([])),
    too_large: (builder) => builder.addImageBytes(bytes, { format: 'png', maxSizeMb: 0.000_001 }),
    invalid_base64: (builder) => builder.addBase64('*'),
    unlisted_format: (builder) => builder.addAudioBytes(bytes, { format: 'wma' as never }),
    wrong_role: (builder) => builder.addToolUse({ toolUseId: 'a', name: 'b', input: {} }),
    invalid_s3_uri: (builder) => builder.addS3Audio('s3:/a'),
    unknown_format: (builder) => builder.addVideoBytes(Uint8Array.of(0, 1, 2, 3)),
    right: (builder) => builder.addText('fine'),
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(wrong)), { minLength: 1, maxLength: 12 }),
      async (codes) => {
        const builder = createUserMessage({ limits: { videosPerRequest: 99 } });
        for (const code of codes) wrong[code]?.(builder);
        const found = (await problemsOf(builder)).map(({ code, block }) => ({ code, block }));
        expect(found).toEqual(codes.map((code, block) => ({ code, block })).filter(({ code }) => code !== 'right'));
      },
    ),
  );
});

function gif(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(new TextEncoder().encode('GIF89a'));
  new DataView(bytes.buffer).setUint16(6, width, true);
  new DataView(bytes.buffer).setUint16(8, height, true);
  return bytes;
}
