import type { OneOf } from './one-of.ts';

/** An object in S3 that the model reads itself. Only some models do: Nova does, Claude does not. */
export type S3Location = {
  uri: string;
  /** The account that owns the bucket, when it is not the caller's own. */
  bucketOwner?: string | undefined;
};

/** Where the bytes of an image, a video or an audio clip come from. */
export type MediaSource = OneOf<{ bytes: Uint8Array; s3Location: S3Location }>;

/** What the service reports when it could not make a picture or a sound. Replies only. */
export type MediaError = { message?: string | undefined };

/** The image formats that Converse takes. */
export type ImageFormat = 'gif' | 'jpeg' | 'png' | 'webp';

/** A picture: in user turns, in tool results, and in the replies of models that draw. */
export type ImageBlock = { format: ImageFormat; source: MediaSource; error?: MediaError | undefined };

/** The video formats that Converse takes. */
export type VideoFormat = 'flv' | 'mkv' | 'mov' | 'mp4' | 'mpeg' | 'mpg' | 'three_gp' | 'webm' | 'wmv';

/** A video. One a request; what is larger than the request may be has to come from S3. */
export type VideoBlock = { format: VideoFormat; source: MediaSource };

/** The audio formats that Converse takes. */
export type AudioFormat =
  | 'aac'
  | 'flac'
  | 'm4a'
  | 'mka'
  | 'mkv'
  | 'mp3'
  | 'mp4'
  | 'mpeg'
  | 'mpga'
  | 'ogg'
  | 'opus'
  | 'pcm'
  | 'wav'
  | 'webm'
  | 'x-aac';

/** A sound. */
export type AudioBlock = { format: AudioFormat; source: MediaSource; error?: MediaError | undefined };

/** The document formats that Converse takes. */
export type DocumentFormat = 'csv' | 'doc' | 'docx' | 'html' | 'md' | 'pdf' | 'txt' | 'xls' | 'xlsx';

/** Where a document comes from. `text` and `content` are for citations that point at characters or chunks. */
export type DocumentSource = OneOf<{
  bytes: Uint8Array;
  s3Location: S3Location;
  text: string;
  content: OneOf<{ text: string }>[];
}>;

/** A document. A text block has to stand beside it, and its name has rules of its own: see `documentName`. */
export type DocumentBlock = {
  format?: DocumentFormat | undefined;
  name: string;
  source: DocumentSource;
  /** What the model should know about the document, apart from its text. */
  context?: string | undefined;
  citations?: CitationsConfig | undefined;
};

/** Whether the model is asked to cite this source. */
export type CitationsConfig = { enabled: boolean };
