import { type Converse, createConverseStream } from '@outcrop/converse';
import { createScriptedConverse } from '@outcrop/converse/testing';
import { describeConverse } from './describe-converse.ts';

describeConverse('a scripted Converse', () => ({ arrange: (script) => createScriptedConverse(script) }));

describeConverse('a Converse around another', () => ({ arrange: (script) => around(createScriptedConverse(script)) }));

/** The least that a fail-over or an agent is made of. */
function around(inner: Converse): Converse {
  return {
    converse: (request, options) => inner.converse(request, options),
    converseStream: (request, options) =>
      createConverseStream((signal) => inner.converseStream(request, { ...options, signal }), {
        signal: options?.signal,
      }),
  };
}
