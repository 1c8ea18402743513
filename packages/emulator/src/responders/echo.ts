import { textOf } from '@outcrop/converse';
import type { Responder } from '../when.ts';

/** A responder that says the last message's text again. */
export const echo: Responder = ({ request }) => {
  const last = request.messages?.at(-1);
  return last === undefined ? '' : textOf(last);
};
