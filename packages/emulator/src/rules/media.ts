import { converseLimits } from '@outcrop/converse';
import { formatOf, sizeOf } from './image.ts';
import { constraint, fromModel, type Rules, unsupported } from './rule.ts';

// Service model: ImageFormat, DocumentFormat, VideoFormat.
const imageFormats = ['png', 'jpeg', 'gif', 'webp'];
const documentFormats = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'];
const videoFormats = ['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'];

/** Images, documents, videos and sounds. */
export const mediaRules: Rules = [
  {
    id: 'image_unsupported',
    on: 'image',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'image',
    check: (_, { traits }) => traits.input?.image === false && noBlock('image'),
  },
  {
    id: 'document_unsupported',
    on: 'document',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'document',
    check: (_, { traits }) => traits.input?.document === false && "This model doesn't support documents.",
  },
  {
    id: 'video_unsupported',
    on: 'video',
    source: 'model cards; wording as of images, not verified',
    feature: 'video',
    check: (_, { traits }) => traits.input?.video === false && noBlock('video'),
  },
  {
    id: 'audio_unsupported',
    on: 'audio',
    source: 'model cards; wording as of images, not verified',
    feature: 'audio',
    check: (_, { traits }) => traits.input?.audio === false && noBlock('audio'),
  },
  {
    id: 'image_format_known',
    on: 'image',
    source: 'service model, ImageFormat',
    check: ({ format }, { at }) => wrongFormat(format, imageFormats, `${at}.image.format`),
  },
  {
    id: 'document_format_known',
    on: 'document',
    source: 'service model, DocumentFormat',
    check: ({ format = 'txt' }, { at }) => wrongFormat(format, documentFormats, `${at}.document.format`),
  },
  {
    id: 'video_format_known',
    on: 'video',
    source: 'service model, VideoFormat',
    check: ({ format }, { at }) => wrongFormat(format, videoFormats, `${at}.video.format`),
  },
  {
    id: 'image_count',
    on: 'whole',
    source: 'API reference, Message: up to 20 images; wording not verified',
    code: 'too_large',
    check: (_, { seen }) => tooMany(seen.image, converseLimits.imagesPerRequest, 'images'),
  },
  {
    id: 'image_bytes',
    on: 'image',
    source: 'API reference, Message: 3.75 MB an image; wording not verified',
    code: 'too_large',
    check: ({ source: { bytes } }, { at }) =>
      bytes !== undefined &&
      bytes.length > converseLimits.imageBytes &&
      `The image at ${at} is ${bytes.length} bytes and exceeds the maximum of ${converseLimits.imageBytes} bytes.`,
  },
  {
    id: 'image_pixels',
    on: 'image',
    source: 'API reference, Message: 8,000 px a side; error text, Claude',
    code: 'too_large',
    check: ({ source: { bytes } }, { at }) => {
      const size = bytes && sizeOf(bytes);
      return (
        size !== undefined &&
        Math.max(size.width, size.height) > converseLimits.imagePixelsPerSide &&
        fromModel(
          `${at}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: ${converseLimits.imagePixelsPerSide} pixels`,
        )
      );
    },
  },
  {
    id: 'image_bytes_match_format',
    on: 'image',
    source: 'error text, Claude',
    // Bytes of no known format are let through, though Bedrock would say that it could not process them: tests have
    // no pictures at hand.
    check: ({ format, source: { bytes } }, { at }) => {
      const found = bytes && formatOf(bytes);
      return (
        found !== undefined &&
        found !== format &&
        fromModel(`${at}.image.source.base64.data: Image does not match the provided media type image/${format}`)
      );
    },
  },
  {
    id: 'image_from_s3',
    on: 'image',
    source: 'user guide, supported models and model features; wording not verified',
    feature: 's3Location',
    check: ({ source }, { traits }) => noS3(source, traits.input?.s3),
  },
  {
    id: 'document_from_s3',
    on: 'document',
    source: 'user guide, supported models and model features; wording not verified',
    feature: 's3Location',
    check: ({ source }, { traits }) => noS3(source, traits.input?.s3),
  },
  {
    id: 'video_from_s3',
    on: 'video',
    source: 'user guide, supported models and model features; wording not verified',
    feature: 's3Location',
    check: ({ source }, { traits }) => noS3(source, traits.input?.s3),
  },
  {
    id: 's3_uri',
    on: 'image',
    source: 'service model, S3Uri',
    check: ({ source: { s3Location } }, { at }) =>
      s3Location !== undefined &&
      !/^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](\/.*)?$/.test(s3Location.uri) &&
      constraint(
        s3Location.uri,
        `${at}.image.source.s3Location.uri`,
        'satisfy regular expression pattern: s3://[a-z0-9][.\\-a-z0-9]{1,61}[a-z0-9](/.*)?',
      ),
  },
  {
    id: 'document_count',
    on: 'whole',
    source: 'API reference, Message: up to five documents; wording not verified',
    code: 'too_large',
    check: (_, { seen }) => tooMany(seen.document, converseLimits.documentsPerRequest, 'documents'),
  },
  {
    id: 'document_bytes',
    on: 'document',
    source: 'API reference, Message: 4.5 MB a document; wording not verified',
    code: 'too_large',
    // Claude 4 and Nova have been seen to take larger PDFs.
    check: ({ format, source: { bytes } }, { at }) =>
      format !== 'pdf' &&
      bytes !== undefined &&
      bytes.length > converseLimits.documentBytes &&
      `The document at ${at} is ${bytes.length} bytes and exceeds the maximum document size of ${converseLimits.documentBytes} bytes.`,
  },
  {
    id: 'document_name_length',
    on: 'document',
    source: 'service model, DocumentBlock',
    check: ({ name }, { at }) =>
      name.length === 0
        ? constraint(name, `${at}.document.name`, 'have length greater than or equal to 1')
        : name.length > converseLimits.documentNameLength &&
          constraint(name, `${at}.document.name`, 'have length less than or equal to 200'),
  },
  {
    id: 'document_name',
    on: 'document',
    source: 'error text, Bedrock; underscores pass (vercel/ai#20366), tabs and U+3000 do not',
    check: ({ name }) =>
      !/^(?!.* {2})[a-zA-Z0-9_ \-()[\]]*$/.test(name) &&
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
  },
  {
    id: 'document_name_twice',
    on: 'document',
    source: 'error text, Bedrock',
    check: ({ name }, { seen }) => {
      if (seen.documentNames.has(name)) {
        return "Messages can't contain duplicate document names. Rename the document and retry your request.";
      }
      seen.documentNames.add(name);
      return false;
    },
  },
  {
    id: 'document_without_text',
    on: 'turn',
    source: 'API reference, Message: a document wants a text beside it; wording not verified',
    check: ({ content }) =>
      content.some(({ document }) => document) &&
      !content.some(({ text }) => text !== undefined) &&
      'A text block is required when using documents. Include a text block and try again.',
  },
  {
    id: 'video_count',
    on: 'whole',
    source: 'Nova user guide: one video; wording not verified',
    code: 'too_large',
    check: (_, { seen }) => tooMany(seen.video, converseLimits.videosPerRequest, 'videos'),
  },
];

function noBlock(kind: string): string {
  return `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`;
}

function noS3({ s3Location }: { s3Location?: unknown }, isSupported: boolean | undefined): string | false {
  return s3Location !== undefined && isSupported === false && unsupported('s3Location');
}

function tooMany(count: number, most: number, what: string): string | false {
  return (
    count > most && `The request contains ${count} ${what} and the maximum is ${most}. Remove ${what} and try again.`
  );
}

function wrongFormat(format: string, known: string[], at: string): string | false {
  return !known.includes(format) && constraint(format, at, `satisfy enum value set: [${known.join(', ')}]`);
}
