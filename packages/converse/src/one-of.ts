/**
 * An object with exactly one of the keys of `T`, which is how Bedrock writes a union. The absent keys are there as
 * `never`, so that `block.text !== undefined` narrows without an `in`.
 */
export type OneOf<T> = { [Key in keyof T]: { [K in Key]: T[K] } & { [K in Exclude<keyof T, Key>]?: never } }[keyof T];

/** Known literals that complete in an editor, open to what the service adds. */
export type Open<Known extends string> = Known | (string & {});

/** What JSON can say. AWS calls it a document. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
