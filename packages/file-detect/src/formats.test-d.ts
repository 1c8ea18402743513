import type * as aws from '@aws-sdk/client-bedrock-runtime';
import { expectTypeOf } from 'vitest';
import type { AudioFormat, DocumentFormat, FormatOf, ImageFormat, Kind, VideoFormat } from './index.ts';

// A format that AWS adds or takes away fails here.
expectTypeOf<ImageFormat>().toEqualTypeOf<aws.ImageFormat>();
expectTypeOf<DocumentFormat>().toEqualTypeOf<aws.DocumentFormat>();
expectTypeOf<VideoFormat>().toEqualTypeOf<aws.VideoFormat>();
expectTypeOf<AudioFormat>().toEqualTypeOf<aws.AudioFormat>();

expectTypeOf<Kind>().toEqualTypeOf<Extract<keyof AwsFormats, string>>();
expectTypeOf<{ [K in Kind]: FormatOf<K> }>().toEqualTypeOf<AwsFormats>();

type AwsFormats = {
  image: aws.ImageBlock['format'] & string;
  document: aws.DocumentBlock['format'] & string;
  video: aws.VideoBlock['format'] & string;
  audio: aws.AudioBlock['format'] & string;
};
