import { reply, type Script } from '@outcrop/converse/testing';
import type { Responder } from '@outcrop/emulator';

/** A script of the contract as a responder. The contract expects the usage that {@link reply} makes up. */
export function responderOf(script: Script): Responder {
  let number = 0;
  return async ({ request }) => {
    number += 1;
    const answer = await (typeof script === 'function' ? script({ number, request, options: {} }) : script[number - 1]);
    if (answer === undefined) throw new RangeError(`The script holds no reply for call ${number}.`);
    return typeof answer === 'string' ? reply(answer) : answer;
  };
}
