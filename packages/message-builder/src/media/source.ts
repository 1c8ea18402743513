/**
 * Where a file's bytes can be had: in memory, in a `Blob` or `File`, or from a place of your own ({@link FileSource}).
 * Bytes in memory are never copied; a `Blob` is read when the message is built.
 */
export type Bytes = Uint8Array | ArrayBuffer | Blob | FileSource;

/** A file that is looked at, and read, when the message is built. `@outcrop/message-builder/node` makes them of paths. */
export type FileSource = {
  /** Its extension helps detection, and it becomes a document's name. */
  readonly filename?: string | undefined;
  /** Such as `text/csv`: helps detection where there is no file name. */
  readonly mediaType?: string | undefined;
  /** How large it is, if that is known before it is opened: for display. */
  readonly sizeBytes?: number | undefined;
  /** Tells the size without reading, or why the file cannot be had. */
  open(): Promise<OpenedFile | FileTrouble>;
};

/** A file that is there. */
export type OpenedFile = { sizeBytes: number; read(): Promise<Uint8Array | FileTrouble> };

/** A file that is not. */
export type FileTrouble = {
  code: 'missing_file' | 'not_a_file' | 'no_permission' | 'unreadable_file' | 'invalid_base64';
  /** What happened and what to do. */
  message: string;
  cause?: unknown;
};

/** Makes one kind of source of everything that holds bytes, or throws a `TypeError` that says what was given instead. */
export function sourceFrom(bytes: unknown, method: string): FileSource {
  const tag = tagOf(bytes);
  if (tag === 'Blob' || tag === 'File') return blobSource(bytes as Blob);
  const plain = bytesFrom(bytes);
  if (plain !== undefined) return memorySource(plain);
  if (typeof bytes === 'object' && bytes !== null && 'open' in bytes && typeof bytes.open === 'function') {
    return bytes as FileSource;
  }
  throw new TypeError(`${method} takes a Uint8Array, an ArrayBuffer, a Blob or a File, and was given ${nameOf(bytes)}`);
}

/** The bytes as a plain `Uint8Array` over the same memory: a `Buffer` has a JSON form of its own, which is in the way. */
export function bytesFrom(value: unknown): Uint8Array | undefined {
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer') return new Uint8Array(value as ArrayBuffer);
  if (tag !== 'Uint8Array') return undefined;
  const bytes = value as Uint8Array;
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What a value that should not be there is, and what to do about it. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return `${value}.`;
  if (typeof value === 'string') {
    return 'a string: addDataUrl and addBase64 take strings, and @outcrop/message-builder/node reads paths.';
  }
  if (typeof value !== 'object') return `a ${typeof value}.`;
  if ('then' in value && typeof value.then === 'function') return 'a Promise: an await is missing.';
  if (Array.isArray(value) || tagOf(value) === 'FileList') return `a list (${tagOf(value)}): add one by one.`;
  if (tagOf(value) === 'Response') return 'a Response: give await response.blob().';
  return `an object (${value.constructor?.name ?? 'Object'}).`;
}

/** The class of a built-in object, also of one from another realm (a frame, a test's DOM). */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function memorySource(bytes: Uint8Array): FileSource {
  const sizeBytes = bytes.byteLength;
  return { sizeBytes, open: async () => ({ sizeBytes, read: async () => bytes }) };
}

function blobSource(blob: Blob): FileSource {
  const { size: sizeBytes, type: mediaType } = blob;
  const read = async () => new Uint8Array(await blob.arrayBuffer());
  return {
    ...('name' in blob && { filename: String(blob.name) }),
    mediaType,
    sizeBytes,
    open: async () => ({ sizeBytes, read }),
  };
}
