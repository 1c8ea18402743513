// All that a page needs which builds messages and sends them to its server.
export { createUserMessage } from '@outcrop/message-builder';
export { toJson } from '@outcrop/message-builder/json';
