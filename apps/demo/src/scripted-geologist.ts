import { type Converse, ConverseError, type ConverseResponse } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, reply, type ScriptStep, toolCall, wait } from '@outcrop/converse/testing';

/** A geologist who needs a tool first, is throttled once, and whose longest story breaks off. */
export function scriptedGeologist(paceMs: number): Converse {
  const story = 'It began as mud on the floor of an ocean that no map shows any more. Then the continents met, and';
  return createScriptedConverse([
    spoken(reply('Let me look at the sample. ', toolCall('examine', { sample: 'lake-7', light: 'polarised' }))),
    spoken(reply('It is gneiss: banded, with feldspar eyes as large as a thumbnail. 🪨')),
    [new ConverseError('throttled', 'Too many requests, please wait.', { limit: 'requests', retryAfterMs: 300 })],
    spoken(reply('About 1.7 billion years. The bands are what is left of its older folds.')),
    spoken(reply(story)).filter((step) => !('messageStop' in step || 'metadata' in step)),
  ]);

  function spoken(answer: ConverseResponse): ScriptStep[] {
    return eventsOf(answer, { pieceLength: 5 }).flatMap((event) => [wait(paceMs), event]);
  }
}
