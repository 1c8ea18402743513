export { type FromSseOptions, fromSse } from './from-sse.ts';
export { type ToSseOptions, toSse } from './to-sse.ts';
