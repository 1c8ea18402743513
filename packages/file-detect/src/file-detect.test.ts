import { describe, expect, test } from 'vitest';
import { declareFormat, detect, detectAudio, detectDocument, detectImage, detectName, detectVideo } from './index.ts';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const tiff = new TextEncoder().encode('II*\0\x08\0\0\0\0\0\0\0\0\0');
const noise = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 0, 9]);
// An MP4 of which nothing but the brand is left.
const bareMp4 = new Uint8Array([0, 0, 0, 16, ...new TextEncoder().encode('ftypisom'), 0, 0, 2, 0]);

const asPng = { status: 'supported', kind: 'image', format: 'png', mediaType: 'image/png' } as const;

describe('name and content', () => {
  test('content alone', async () => {
    expect(await detect(png)).toEqual({ ...asPng, confidence: 0.95, method: 'content' });
  });

  test('both agree', async () => {
    const both = { ...asPng, confidence: 0.95, method: 'combined' };
    expect(await detect(png, { name: 'a/b.c/Chart.PNG' })).toEqual(both);
    expect(await detect(new File([png], 'chart.png'))).toEqual(both);
  });

  test('content wins a disagreement, and both readings are told', async () => {
    expect(await detect(png, { name: 'chart.jpg' })).toEqual({
      ...asPng,
      confidence: 0.855,
      method: 'combined',
      disagreement: {
        name: { format: 'jpeg', kind: 'image', mediaType: 'image/jpeg' },
        content: { format: 'png', kind: 'image', mediaType: 'image/png' },
      },
    });
  });

  test('name alone, where the content says nothing', async () => {
    expect(await detect(noise, { name: 'voice.pcm' })).toEqual({
      status: 'supported',
      kind: 'audio',
      format: 'pcm',
      mediaType: 'audio/pcm',
      confidence: 0.75,
      method: 'extension',
    });
  });

  test.each(['', 'noise', 'noise.', '.noise', 'noise.constructor', 'folder.png/noise'])(
    '%j says nothing',
    async (name) => {
      expect(await detect(noise, { name })).toEqual({
        status: 'unknown',
        confidence: 0,
        reason: 'Neither its content nor its name is known.',
      });
    },
  );

  test('an empty file is unknown whatever it is called', async () => {
    const empty = { status: 'unknown', confidence: 0, reason: 'The file is empty.' };
    expect(await detect(new Uint8Array(), { name: 'chart.png' })).toEqual(empty);
    expect(await detect(new File([], 'chart.png'))).toEqual(empty);
    expect(await detect(new Blob([]).stream())).toEqual(empty);
  });

  test('the name chooses between two spellings of one thing', async () => {
    const mpeg = new Uint8Array([0, 0, 1, 0xba, 0x44, 0, 4]);
    expect(await detect(mpeg, { name: 'clip.mpg' })).toMatchObject({ kind: 'video', format: 'mpg', confidence: 0.95 });
    expect(await detect(mpeg)).toMatchObject({ kind: 'video', format: 'mpeg', confidence: 0.95 });
  });
});

test('says what a format is that Bedrock does not take, and what to convert it to', async () => {
  expect(await detect(tiff)).toEqual({
    status: 'unsupported',
    kind: 'image',
    format: 'tiff',
    mediaType: 'image/tiff',
    convertTo: 'png',
    reason: 'TIFF is not a format that Bedrock takes: convert it to png.',
    confidence: 0.95,
    method: 'content',
  });
  expect(await detect(new TextEncoder().encode('PK\x05\x06'.padEnd(22, '\0')))).toMatchObject({
    kind: 'other',
    reason: 'ZIP is not a format that Bedrock takes: unpack it and send the files in it.',
  });
  expect(await detect(noise, { name: 'film.AVI' })).toMatchObject({
    status: 'unsupported',
    kind: 'video',
    convertTo: 'mp4',
    confidence: 0.75,
  });
});

describe('one kind', () => {
  test('is answered as by detect', async () => {
    expect(await detectImage(png)).toEqual(await detect(png));
    expect(await detectImage(tiff)).toEqual(await detect(tiff));
  });

  test('says what it is instead', async () => {
    expect(await detectDocument(png)).toEqual({
      status: 'other_kind',
      confidence: 0,
      reason: 'This is an image (png), not a document.',
      found: { ...asPng, confidence: 0.95, method: 'content' },
    });
  });

  test('decides where the content leaves it open, unless the name does', async () => {
    const open = { format: 'mp4', confidence: 0.75, method: 'content' };
    expect(await detect(bareMp4)).toMatchObject({ kind: 'video', ...open });
    expect(await detectVideo(bareMp4)).toMatchObject({ kind: 'video', ...open });
    expect(await detectAudio(bareMp4)).toMatchObject({ kind: 'audio', ...open });
    expect(await detectAudio(bareMp4, { name: 'a.mp4' })).toMatchObject({
      kind: 'audio',
      format: 'mp4',
      confidence: 0.95,
    });
    expect(await detect(bareMp4, { name: 'a.m4a' })).toMatchObject({ kind: 'audio', format: 'm4a', confidence: 0.95 });
    expect(await detectVideo(bareMp4, { name: 'a.m4a' })).toMatchObject({
      status: 'other_kind',
      reason: 'This is audio (m4a), not a video.',
    });
  });
});

test('a name alone is enough for a file that is elsewhere', () => {
  expect(detectName('s3://bucket/clips/walk.3gp')).toEqual({
    status: 'supported',
    kind: 'video',
    format: 'three_gp',
    mediaType: 'video/3gpp',
    confidence: 0.75,
    method: 'extension',
  });
  expect(detectName('notes.pages')).toEqual({
    status: 'unknown',
    confidence: 0,
    reason: 'Its name has no extension that is known.',
  });
});

test('a declared format is believed, and held to the list', () => {
  expect(declareFormat('image', 'png')).toEqual({ ...asPng, confidence: 1, method: 'manual' });
  // @ts-expect-error Bedrock does not take it.
  expect(() => declareFormat('image', 'tiff')).toThrow(
    new RangeError("Converse takes no image in the format 'tiff': it takes gif, jpeg, png, webp"),
  );
});

describe('audio and video', () => {
  test.each(['isom', 'iso5', 'mp42', 'avc1', 'dash', 'M4V ', 'MSNV', 'XAVC', 'cmfc'])(
    'MP4 of brand %j',
    async (brand) => {
      const bytes = new Uint8Array([0, 0, 0, 16, ...new TextEncoder().encode(`ftyp${brand}`), 0, 0, 2, 0]);
      expect(await detect(bytes, { name: 'a.mp4' })).toMatchObject({ kind: 'video', format: 'mp4', confidence: 0.95 });
    },
  );

  test.each(['M4A ', 'M4B ', 'F4A '])('brand %j is audio', async (brand) => {
    const bytes = new Uint8Array([0, 0, 0, 16, ...new TextEncoder().encode(`ftyp${brand}`), 0, 0, 2, 0]);
    expect(await detect(bytes)).toMatchObject({ kind: 'audio', format: 'm4a', confidence: 0.95 });
  });

  test.each([
    ['avci', 'heic'],
    ['mif2avif', 'avif'],
  ])('a still picture of brand %s is no video', async (brands, format) => {
    const [brand, others] = [brands.slice(0, 4), `\0\0\0\0${brands}`];
    const bytes = new Uint8Array([0, 0, 0, 12 + others.length, ...new TextEncoder().encode(`ftyp${brand}${others}`)]);
    expect(await detect(bytes)).toMatchObject({ status: 'unsupported', kind: 'image', format });
  });

  test('WebM whose document type is padded', async () => {
    const bytes = new Uint8Array([
      0x1a,
      0x45,
      0xdf,
      0xa3,
      0x89,
      0x42,
      0x82,
      0x86,
      ...new TextEncoder().encode('webm\0\0'),
    ]);
    expect(await detect(bytes)).toMatchObject({ kind: 'video', format: 'webm', confidence: 0.75 });
  });

  test('QuickTime without a brand', async () => {
    const bytes = new Uint8Array([
      0,
      0,
      0,
      8,
      ...new TextEncoder().encode('wide'),
      0,
      0,
      0,
      16,
      0x6d,
      0x64,
      0x61,
      0x74,
    ]);
    expect(await detect(bytes)).toMatchObject({ kind: 'video', format: 'mov', confidence: 0.95 });
  });
});

test.each([0xc0, 0xdb, 0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe, 0xff])('JPEG with marker %i', async (marker) => {
  expect(await detect(new Uint8Array([0xff, 0xd8, 0xff, marker, 0, 16]))).toMatchObject({
    format: 'jpeg',
    confidence: 0.95,
  });
});

test('JPEG-LS is no JPEG', async () => {
  expect(await detect(new Uint8Array([0xff, 0xd8, 0xff, 0xf7, 0, 16, 8]))).toMatchObject({
    status: 'unsupported',
    format: 'jls',
    convertTo: 'png',
  });
});

test('what only file-type takes for JPEG is neither that nor a format that Bedrock does not take', async () => {
  expect(await detect(new Uint8Array([0xff, 0xd8, 0xff, 0x05, 0, 16]))).toMatchObject({ status: 'unknown' });
});

test('a TIFF whose directory is at its end, out of sight', async () => {
  const bytes = new Uint8Array(200_000);
  bytes.set([0x4d, 0x4d, 0, 0x2a, 0, 3, 0, 0]);
  expect(await detect(bytes)).toMatchObject({ status: 'unsupported', format: 'tiff' });
});

test('a run of FF is not audio', async () => {
  expect(await detect(new Uint8Array(5000).fill(0xff))).toMatchObject({ status: 'unknown' });
});

describe('PDF', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  test.each([
    ['at the start', '%PDF-1.7\n', 'pdf'],
    ['after a mark and blanks', '\ufeff\r\n%PDF-1.7\n', 'pdf'],
    ['after a header', 'HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n…startxref\n9\n%%EOF\n', 'pdf'],
    ['named in a text', 'A PDF begins with %PDF-1.7 and ends with %%EOF.', 'txt'],
    ['quoted in a text', '# The least PDF\n\n```\n%PDF-1.4\nstartxref\n9\n%%EOF\n```\n\nThat is **all**.\n', 'md'],
    [
      'in a tar file',
      `${'a.pdf'.padEnd(257, '\0')}ustar\0${'00'.padEnd(249, '\0')}%PDF-1.4\nstartxref\n9\n%%EOF\n`,
      'tar',
    ],
  ])('%s', async (_, text, format) => {
    expect(await detect(encode(text))).toMatchObject({ format });
  });
});
