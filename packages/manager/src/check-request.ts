import type { ConverseRequest } from '@outcrop/converse';

/** Throws a TypeError for what no target could be asked. A message that was not awaited is named as that. */
export function checkRequest(request: ConverseRequest): void {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new TypeError("The request has to be an object, such as { messages: [{ role: 'user', content: [...] }] }.");
  }
  const { messages } = request;
  if (messages === undefined) return;
  if (isPromise(messages)) throw new TypeError('messages is a Promise: an await was forgotten.');
  if (!Array.isArray(messages)) throw new TypeError('messages has to be a list.');
  for (const [at, message] of messages.entries()) {
    if (isPromise(message)) throw new TypeError(`messages[${at}] is a Promise: an await was forgotten.`);
    if (!Array.isArray(message?.content)) {
      throw new TypeError(`messages[${at}] has to be a message, with a role and a list as its content.`);
    }
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
