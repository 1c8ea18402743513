import {
  asking,
  assistant,
  type Case,
  constraint,
  document,
  fromModel,
  haiku,
  image,
  model,
  nova,
  plain,
  png,
  remove,
  text,
  user,
} from './case.ts';

export const mediaCases: readonly Case[] = [
  {
    rule: 'image_unsupported',
    modelId: 'amazon.nova-micro-v1:0',
    refused: asking(text, image({ bytes: png })),
    valid: plain,
    says: "This model doesn't support the image content block that you provided. Update the content block and try again.",
    code: 'unsupported_feature',
  },
  {
    rule: 'document_unsupported',
    modelId: 'amazon.nova-micro-v1:0',
    refused: asking(text, document('Report')),
    valid: plain,
    says: "This model doesn't support documents.",
    code: 'unsupported_feature',
  },
  {
    rule: 'video_unsupported',
    modelId: haiku,
    refused: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    valid: plain,
    says: /the video content block/,
    code: 'unsupported_feature',
  },
  {
    rule: 'audio_unsupported',
    ...model({ input: { audio: false } }),
    refused: asking(text, { audio: { format: 'wav', source: { bytes: png } } }),
    valid: plain,
    says: /the audio content block/,
    code: 'unsupported_feature',
  },
  {
    rule: 'image_format_known',
    refused: asking(text, image({ bytes: png }, 'bmp')),
    valid: asking(text, image({ bytes: png })),
    says: constraint(
      "'bmp'",
      'messages.1.member.content.2.member.image.format',
      'satisfy enum value set: [png, jpeg, gif, webp]',
    ),
  },
  {
    rule: 'document_format_known',
    refused: asking(text, { document: { name: 'a', format: 'rtf' as 'pdf', source: { bytes: png } } }),
    valid: asking(text, document('a')),
    says: /'rtf' .*document\.format/,
  },
  {
    rule: 'video_format_known',
    refused: asking(text, { video: { format: 'avi' as 'mp4', source: { bytes: png } } }),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: /'avi' .*video\.format/,
  },
  {
    rule: 'image_count',
    refused: asking(text, ...Array(21).fill(image({ bytes: png }))),
    valid: asking(text, ...Array(20).fill(image({ bytes: png }))),
    says: /21 images and the maximum is 20/,
    code: 'too_large',
  },
  {
    rule: 'image_bytes',
    refused: asking(text, image({ bytes: new Uint8Array(3_750_001) })),
    valid: asking(text, image({ bytes: new Uint8Array(3_750_000) })),
    says: /3750001 bytes and exceeds the maximum of 3750000/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: pngOf(8_001, 1) })),
    valid: asking(text, image({ bytes: pngOf(8_000, 8_000) })),
    says: /image dimensions exceed max allowed size: 8000 pixels/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: jpegOf(1, 8_001) }, 'jpeg')),
    valid: asking(text, image({ bytes: jpegOf(8_000, 1) }, 'jpeg')),
    says: /image dimensions exceed/,
    code: 'too_large',
  },
  {
    rule: 'image_pixels',
    refused: asking(text, image({ bytes: gifOf(8_001, 1) }, 'gif')),
    valid: asking(text, image({ bytes: gifOf(1, 1) }, 'gif')),
    says: /image dimensions exceed/,
    code: 'too_large',
  },
  {
    rule: 'image_bytes_match_format',
    refused: asking(text, image({ bytes: png }, 'jpeg')),
    valid: asking(text, image({ bytes: new Uint8Array(8) }, 'jpeg')),
    says: fromModel(
      'messages.0.content.1.image.source.base64.data: Image does not match the provided media type image/jpeg',
    ),
  },
  {
    rule: 'image_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, image({ s3Location: { uri: 's3://rocks/1.png' } })),
    valid: asking(text, image({ bytes: png })),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 'document_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, { document: { name: 'a', source: { s3Location: { uri: 's3://rocks/1.pdf' } } } }),
    valid: asking(text, document('a')),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 'video_from_s3',
    ...model({ input: { s3: false } }),
    refused: asking(text, { video: { format: 'mp4', source: { s3Location: { uri: 's3://rocks/1.mp4' } } } }),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: remove('s3Location'),
    code: 'unsupported_feature',
  },
  {
    rule: 's3_uri',
    modelId: nova,
    refused: asking(text, image({ s3Location: { uri: 'https://rocks/1.png' } })),
    valid: asking(text, image({ s3Location: { uri: 's3://rocks/1.png' } })),
    says: /s3Location\.uri' failed/,
  },
  {
    rule: 'document_count',
    refused: asking(text, ...['a', 'b', 'c', 'd', 'e', 'f'].map(document)),
    valid: asking(text, ...['a', 'b', 'c', 'd', 'e'].map(document)),
    says: /6 documents and the maximum is 5/,
    code: 'too_large',
  },
  {
    rule: 'document_bytes',
    refused: asking(text, { document: { name: 'a', format: 'csv', source: { bytes: new Uint8Array(4_500_001) } } }),
    valid: asking(text, { document: { name: 'a', format: 'csv', source: { bytes: new Uint8Array(4_500_000) } } }),
    says: /4500001 bytes and exceeds the maximum document size/,
    code: 'too_large',
  },
  {
    rule: 'document_name_length',
    refused: asking(text, document('a'.repeat(201))),
    valid: asking(text, document('a'.repeat(200))),
    says: /have length less than or equal to 200$/,
  },
  {
    rule: 'document_name',
    refused: asking(text, document('report.pdf')),
    valid: asking(text, document('Report (1) [a]-b')),
    says: /^The document file name can only contain/,
  },
  {
    rule: 'document_name',
    refused: asking(text, document('two  blanks')),
    valid: asking(text, document('under_score')),
    says: /^The document file name can only contain/,
  },
  {
    rule: 'document_name_twice',
    refused: { messages: [user(text, document('a')), assistant(text), user(text, document('a'))] },
    valid: { messages: [user(text, document('a')), assistant(text), user(text, document('b'))] },
    says: "Messages can't contain duplicate document names. Rename the document and retry your request.",
  },
  {
    rule: 'document_without_text',
    refused: asking(document('a')),
    valid: asking(text, document('a')),
    says: /^A text block is required when using documents/,
  },
  {
    rule: 'video_count',
    refused: asking(text, ...Array(2).fill({ video: { format: 'mp4', source: { bytes: png } } })),
    valid: asking(text, { video: { format: 'mp4', source: { bytes: png } } }),
    says: /2 videos and the maximum is 1/,
    code: 'too_large',
  },
];

function pngOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.concat([png, Buffer.alloc(8)]);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
}

function jpegOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.from('ffd8ffe000044a46ffc0001108000000000301', 'hex');
  bytes.writeUInt16BE(height, 13);
  bytes.writeUInt16BE(width, 15);
  return new Uint8Array(bytes);
}

function gifOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.from('GIF89a....');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return new Uint8Array(bytes);
}
