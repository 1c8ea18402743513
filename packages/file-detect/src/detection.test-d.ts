import type { ContentBlock } from '@aws-sdk/client-bedrock-runtime';
import { expectTypeOf } from 'vitest';
import {
  type Detection,
  type DocumentFormat,
  declareFormat,
  detect,
  detectImage,
  type ImageFormat,
  type SupportedDetection,
} from './index.ts';

const bytes = new Uint8Array();

// The reason for the shape: two questions, and what is left fits AWS's block without a cast.
const found = await detect(bytes);
expectTypeOf(found).toEqualTypeOf<Detection>();
export function blockOf(found: Detection): ContentBlock | string {
  if (found.status !== 'supported') return found.reason;
  switch (found.kind) {
    case 'image':
      return { image: { format: found.format, source: { bytes } } };
    case 'document':
      return { document: { format: found.format, name: 'file', source: { bytes } } };
    case 'video':
      return { video: { format: found.format, source: { bytes } } };
    case 'audio':
      return { audio: { format: found.format, source: { bytes } } };
  }
}

const image = await detectImage(bytes);
if (image.status === 'supported') expectTypeOf(image.format).toEqualTypeOf<ImageFormat>();
if (image.status === 'other_kind')
  expectTypeOf(image.found.kind).toEqualTypeOf<'image' | 'document' | 'video' | 'audio'>();
expectTypeOf(image.confidence).toEqualTypeOf<number>();

expectTypeOf(declareFormat('document', 'pdf')).toEqualTypeOf<SupportedDetection<'document'>>();
expectTypeOf(declareFormat('document', 'pdf').format).toEqualTypeOf<DocumentFormat>();
// @ts-expect-error three_gp is Bedrock's spelling.
declareFormat('video', '3gp');
