import {
  createUserMessage,
  type FileOptions,
  type FileSource,
  isMessageBuilderError,
  type MessageBuilder,
} from '@outcrop/message-builder';
import { describe, expect, test } from 'vitest';

const text = (value: string) => new TextEncoder().encode(value);
const png = image('png', 4, 3);
const jpeg = image('jpeg', 4, 3);
const pdf = text('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n');
const avi = Uint8Array.of(
  ...text('RIFF'),
  0xf0,
  0xff,
  1,
  0,
  ...text('AVI LIST'),
  0xc0,
  0xfe,
  0,
  0,
  ...text('hdrlavih'),
);

const ask = () => createUserMessage().addText('?');

async function blockOf(builder: MessageBuilder) {
  return (await builder.build()).content.at(-1);
}

async function problemOf(builder: MessageBuilder) {
  const error = await builder.build().catch((error: unknown) => error);
  if (!isMessageBuilderError(error)) throw error;
  expect(error.problems).toHaveLength(1);
  return error.problems[0];
}

describe('a file without a format is detected', () => {
  test.each<[string, MessageBuilder, object]>([
    ['bytes of an image', ask().addImageBytes(png), { image: { format: 'png', source: { bytes: png } } }],
    ['bytes of any kind', ask().addFile(jpeg), { image: { format: 'jpeg', source: { bytes: jpeg } } }],
    [
      'a dropped file',
      ask().addFile(new File([pdf], 'Q3_2026.pdf')),
      { document: { format: 'pdf', name: 'Q3-2026', source: { bytes: pdf } } },
    ],
    [
      'a fetched Blob that has a type and no name',
      ask().addFile(new Blob(['a,b\n1,2\n'], { type: 'text/csv; charset=utf-8' })),
      { document: { format: 'csv', name: 'document', source: { bytes: text('a,b\n1,2\n') } } },
    ],
    [
      'text with a name',
      ask().addDocumentBytes(text('# Granite'), { filename: 'stone.md' }),
      { document: { format: 'md', name: 'stone', source: { bytes: text('# Granite') } } },
    ],
    [
      'base64',
      ask().addBase64(Buffer.from(png).toString('base64')),
      { image: { format: 'png', source: { bytes: png } } },
    ],
    [
      'URL-safe base64 with line breaks',
      ask().addBase64('_-7-\n7v8=', { format: 'txt', name: 'x' }),
      { document: { format: 'txt', name: 'x', source: { bytes: Uint8Array.of(255, 238, 254, 238, 255) } } },
    ],
    [
      'a data URL',
      ask().addDataUrl(`data:image/png;base64,${Buffer.from(png).toString('base64')}`),
      { image: { format: 'png', source: { bytes: png } } },
    ],
    [
      'a data URL with escapes',
      ask().addDataUrl('data:text/csv,a%2Cb%0A1,2'),
      { document: { format: 'csv', name: 'document', source: { bytes: text('a,b\n1,2') } } },
    ],
    [
      'a data URL whose escapes are bytes and no text, one of them cut',
      ask().addDataUrl('data:image/jpeg,%FF%d8%Fü%'),
      { image: { format: 'jpeg', source: { bytes: Uint8Array.of(0xff, 0xd8, ...text('%Fü%')) } } },
    ],
    [
      'a data URL of escaped base64',
      ask().addDataUrl('DATA:text/plain;charset=utf-8;BASE64,aGk%3D', { filename: 'hi.txt' }),
      { document: { format: 'txt', name: 'hi', source: { bytes: text('hi') } } },
    ],
  ])('%s', async (_, builder, block) => {
    expect(await blockOf(builder)).toEqual(block);
  });
});

test('a data URL is believed about an image, so that a canvas needs no detection', async () => {
  const block = { image: { format: 'webp', source: { bytes: Uint8Array.of(0, 1, 2) } } };
  expect(await blockOf(ask().addDataUrl('data:image/webp;base64,AAEC'))).toEqual(block);
  expect(await problemOf(ask().addDataUrl('data:image/heic;base64,AAEC'))).toMatchObject({ code: 'unknown_format' });
});

test('a media type stands in for a name that is missing, or says nothing', async () => {
  const { document } = (await blockOf(ask().addFile(new Blob(['Granite'], { type: 'text/markdown' })))) ?? {};
  expect(document?.format).toBe('md');
  const blob = new File(['Granite'], 'blob', { type: 'text/markdown' });
  expect(await blockOf(ask().addFile(blob))).toMatchObject({ document: { format: 'md' } });
  const source = {
    mediaType: 'Text/Markdown ; charset=utf-8',
    open: async () => ({ sizeBytes: 7, read: async () => text('Granite') }),
  };
  expect(await blockOf(ask().addFile(source))).toMatchObject({ document: { format: 'md' } });
});

describe('what is no such file is a problem', () => {
  test.each<[string, MessageBuilder, object]>([
    [
      'an image where a video should be',
      ask().addVideoBytes(png),
      {
        code: 'wrong_kind',
        received: 'png',
        message: 'The file is an image (png), not a video: add it as what it is.',
      },
    ],
    [
      'a document in S3 where an image should be',
      ask().addS3Image('s3://papers/a.pdf'),
      {
        code: 'wrong_kind',
        received: 'pdf',
        message: "'s3://papers/a.pdf' is a document (pdf), not an image: add it as what it is.",
      },
    ],
    [
      'a format that is known and not taken',
      ask().addFile(new File([avi], 'film.avi')),
      {
        code: 'unsupported_format',
        received: 'avi',
        file: 'film.avi',
        message: "'film.avi': AVI is not a format that Bedrock takes: convert it to mp4.",
      },
    ],
    [
      'a format that is not known',
      ask().addImageBytes(Uint8Array.of(0, 1, 2, 3)),
      {
        code: 'unknown_format',
        message:
          'The image was not recognised. Neither its content nor its name is known. Give its format, or its filename.',
      },
    ],
    [
      'an object in S3 whose key tells nothing',
      ask().addS3Video('s3://films/2026'),
      {
        code: 'unknown_format',
        message: "'s3://films/2026' was not recognised. Its name has no extension that is known. Give its format.",
      },
    ],
    [
      'a format that the bytes contradict',
      ask().addImageBytes(jpeg, { format: 'png', filename: 'a.png' }),
      {
        code: 'wrong_format',
        received: 'jpeg',
        message: "'a.png' was given as png, but its header says jpeg: give that, or leave the format out.",
      },
    ],
    [
      'no base64',
      ask().addBase64('not base64!'),
      {
        code: 'invalid_base64',
        message:
          'The file is not valid base64: it may have been cut off, or be a whole data URL, which is for addDataUrl.',
      },
    ],
    ['an empty file', ask().addFile(new File([], 'empty.png')), { code: 'empty_file', received: 0, file: 'empty.png' }],
    [
      'a sound as a result of a tool',
      createUserMessage().addBlock({ toolResult: { toolUseId: 'a b', content: [] } }),
      { code: 'invalid_tool_use_id' },
    ],
  ])('%s', async (_, builder, problem) => {
    expect(await problemOf(builder)).toMatchObject(problem);
  });
});

test('a file that became unreadable is a problem with its cause', async () => {
  const cause = new DOMException('The file changed.', 'NotReadableError');
  const file = new File([png], 'a.png');
  file.arrayBuffer = () => Promise.reject(cause);
  const message =
    "content[1]: 'a.png' could not be read (The file changed.): see whether it is still there, unchanged.";
  await expect(ask().addFile(file).build()).rejects.toMatchObject({ message, cause });
});

test('a source of the caller that fails is one more problem, whichever way it fails', async () => {
  const cause = new Error('offline');
  const fail = () => {
    throw cause;
  };
  const open: FileSource['open'][] = [
    () => Promise.reject(cause),
    fail,
    async () => ({ sizeBytes: 1, read: () => Promise.reject(cause) }),
    async () => ({ sizeBytes: 1, read: fail }),
  ];
  const builder = createUserMessage();
  for (const each of open) builder.addFile({ filename: 'a.png', open: each });
  const problems = open.map((_, block) => ({ block, code: 'unreadable_file', file: 'a.png' }));
  await expect(builder.build()).rejects.toMatchObject({ problems, cause: { errors: open.map(() => cause) } });
});

test('several causes come together', async () => {
  const builder = ask().addBase64('*').addBase64('*');
  await expect(builder.build()).rejects.toMatchObject({ cause: { errors: [expect.any(Error), expect.any(Error)] } });
});

test('a file that is too large, or empty, is not read', async () => {
  const source = {
    filename: 'film.mp4',
    open: async () => ({ sizeBytes: 2_000_000_000, read: () => Promise.reject(new Error('was read')) }),
  };
  expect(await problemOf(ask().addFile(source))).toMatchObject({ code: 'request_too_large', received: 2_000_000_000 });
  expect(await problemOf(ask().addFile(source, { maxSizeMb: 1 }))).toMatchObject({ code: 'too_large', limit: 1e6 });
  expect(await problemOf(ask().addImageBytes(source, { format: 'png' }))).toMatchObject({
    code: 'too_large',
    limit: 3_750_000,
  });
  const nothing = { ...source, open: async () => ({ ...(await source.open()), sizeBytes: 0 }) };
  expect(await problemOf(ask().addFile(nothing))).toMatchObject({ code: 'empty_file' });
  const photo = { ...source, open: async () => ({ ...(await source.open()), sizeBytes: 4_000_000 }) };
  expect(await problemOf(ask().addImageBytes(photo))).toMatchObject({ code: 'too_large', limit: 3_750_000 });
});

test('a file that is too large and of which no kind is known yet is not taken for a video', async () => {
  const file = new File([new Uint8Array(18_750_001)], 'report.pdf');
  expect(await problemOf(ask().addFile(file))).toMatchObject({
    code: 'request_too_large',
    message:
      "'report.pdf' has 18,750,001 bytes, and 18,750,000 is the limit, as base64 makes four bytes of three in a request. Send a smaller one, or put it into S3 and use addS3Image, addS3Document, addS3Video or addS3Audio.",
  });
});

test('a file that is named as something else is believed by its content, and reported', async () => {
  const builder = ask().addFile(new File([jpeg], 'a.png'));
  expect(await blockOf(builder)).toEqual({ image: { format: 'jpeg', source: { bytes: jpeg } } });
  expect(builder.warnings).toEqual([
    {
      code: 'name_contradicts_content',
      message: "'a.png' is named as png, but its content is jpeg, and was added as that.",
      path: 'content[1]',
    },
  ]);
});

describe('the size of an image is read from its header', () => {
  const formats = ['png', 'jpeg', 'gif', 'webp', 'webp_lossless', 'webp_extended'] as const;
  test.each(formats)('%s', async (kind) => {
    const format = kind.startsWith('webp') ? 'webp' : (kind as 'png');
    const limits = { imagePixelsPerSide: 1_000 };
    const make = (width: number, height: number) =>
      createUserMessage({ limits }).addImageBytes(image(kind, width, height), { format } as FileOptions & {
        format: 'png';
      });
    await expect(make(1_000, 1_000).build()).resolves.toBeDefined();
    expect(await problemOf(make(1_001, 7))).toMatchObject({ code: 'too_many_pixels', received: 1_001 });
    expect(await problemOf(make(7, 1_001))).toMatchObject({ code: 'too_many_pixels', received: 1_001 });
  });

  test('a header that is cut off says nothing, and the format that was named is believed', async () => {
    for (const kind of formats) {
      const bytes = image(kind, 9_000, 9_000).subarray(0, 9);
      const format = kind.startsWith('webp') ? 'webp' : (kind as 'png');
      await expect(createUserMessage().addImageBytes(bytes, { format }).build()).resolves.toBeDefined();
    }
  });
});

/** The first bytes of an image of that size, as the formats prescribe them. */
function image(kind: string, width: number, height: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(40));
  const bytes = new Uint8Array(view.buffer);
  const riff = (chunk: string) => bytes.set(text(`RIFF    WEBP${chunk}`));
  if (kind === 'png') {
    bytes.set([0x89, ...text('PNG\r\n\x1a\n'), 0, 0, 0, 13, ...text('IHDR')]);
    view.setUint32(16, width);
    view.setUint32(20, height);
  } else if (kind === 'gif') {
    bytes.set(text('GIF89a'));
    view.setUint16(6, width, true);
    view.setUint16(8, height, true);
  } else if (kind === 'jpeg') {
    // An APP0 segment and two tables come first, then a fill byte and the frame.
    bytes.set([
      0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9, 0xff, 0xcc, 0, 4, 9, 9, 0xff, 0xff, 0xc2, 0, 11, 8,
    ]);
    view.setUint16(25, height);
    view.setUint16(27, width);
  } else if (kind === 'webp') {
    riff('VP8 ');
    // With a hint to players to scale it up.
    view.setUint16(26, width | 0x4000, true);
    view.setUint16(28, height | 0x8000, true);
  } else if (kind === 'webp_lossless') {
    riff('VP8L');
    view.setUint32(21, (width - 1) | ((height - 1) << 14), true);
  } else {
    riff('VP8X');
    view.setUint32(24, width - 1, true);
    view.setUint16(27, height - 1, true);
  }
  return bytes;
}

test('a data URL that is all blanks is looked at once', async () => {
  const blanks = ' '.repeat(500_000);
  expect(await problemOf(ask().addDataUrl(`data:${blanks}x${blanks},`))).toMatchObject({ code: 'empty_file' });
});

test.each<[string, unknown]>([
  ['opens to nothing', undefined],
  ['reads nothing', { sizeBytes: 3, read: async () => undefined }],
  ['reads text', { sizeBytes: 3, read: async () => 'abc' }],
  ['reads a list', { sizeBytes: 3, read: async () => [1, 2, 3] }],
])('a source of the caller that %s is a file that cannot be read', async (_, opened) => {
  const problem = await problemOf(ask().addFile({ filename: 'a.png', open: async () => opened as never }));
  expect(problem).toMatchObject({ code: 'unreadable_file', file: 'a.png' });
});
