import { createHash } from 'node:crypto';
import { requestFromJson, toJson } from '@outcrop/converse/json';
import type { Answer } from '../answer.ts';
import type { EmulatedCall } from '../call.ts';
import { answer, errorFields, errorOf } from '../config/answers.ts';
import { type Fault, factsOf, isFault, isWireFault } from '../faults.ts';
import type { Responder } from '../when.ts';

/** What a line of a recording holds beside its answer. */
type Line = {
  request: unknown;
  error?: unknown;
  fault?: unknown;
  /** There was no answer: the client had left, or was still waiting. Such a line is skipped. */
  left?: boolean;
  pending?: boolean;
  /** Nobody answered but CountTokens. Such a line is skipped too. */
  inputTokens?: number;
};

/**
 * A responder that answers from recorded traffic: lines of JSON, such as `emulator.dump()` and `--log` write. A line
 * holds a `request` and one of `reply`, `events` (a stream's, one by one), `error` (`name` and `message`) and `fault`.
 * A call is answered by the first line with the same request that was not used yet, else by the first of all lines that
 * was not used yet. A request of which all lines were used gets the last of them again.
 *
 * @throws {TypeError} that names the line that is none.
 *
 * @example
 * ```ts
 * import { createEmulator, replay } from '@outcrop/emulator';
 *
 * const request = { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] };
 * const line = JSON.stringify({ request, error: { name: 'ThrottlingException' } });
 * await using emulator = await createEmulator({ respond: replay([line]) });
 * ```
 */
export function replay(lines: string | Iterable<string>): Responder {
  const texts = typeof lines === 'string' ? lines.split('\n') : [...lines];
  const recorded = texts.flatMap((text, index) => (text.trim() === '' ? [] : read(text, index + 1)));
  const byRequest = Map.groupBy(recorded, ({ key }) => key);
  const used = new Set<object>();
  let oldest = 0;

  function nextUnused() {
    while (oldest < recorded.length && used.has(recorded[oldest] as object)) oldest += 1;
    return recorded[oldest];
  }

  return ({ request }: EmulatedCall) => {
    const same = byRequest.get(keyOf(toJson(request))) ?? [];
    const found = same.find((each) => !used.has(each)) ?? same.at(-1) ?? nextUnused();
    if (found === undefined) throw new RangeError('the recording holds no answer for this request any more.');
    used.add(found);
    return found.answer;
  };
}

function read(text: string, number: number): { key: string; answer: Answer }[] {
  try {
    const line = JSON.parse(text) as Line;
    if (line.left || line.pending || line.inputTokens !== undefined) return [];
    return [{ key: keyOf(toJson(requestFromJson(line.request))), answer: answerOf(line) }];
  } catch (error) {
    // Without the parser's own words, which quote the text.
    const reason = error instanceof SyntaxError ? 'it is not JSON.' : (error as Error).message;
    throw new TypeError(`Line ${number} of the recording cannot be replayed: ${reason}`);
  }
}

/** What came inside of an answer stands in a list: nobody is asked for the answer that it would have spoilt. */
function answerOf(line: Line): Answer {
  if (line.error !== undefined) {
    const error = errorFields(line.error, 'error');
    return error.afterEvents === undefined ? errorOf(error) : [errorOf(error)];
  }
  const said = answer(line.fault ?? line, 'the line');
  if (!isFault(said) || !isInside(said)) return said;
  const { afterEvents: _, ...alone } = said;
  return [alone];
}

function isInside(fault: Fault): boolean {
  return fault.afterEvents !== undefined || (isWireFault(fault) && factsOf(fault).spoils === true);
}

/** The same for the same content, in whatever order its fields stand. */
function keyOf(value: unknown): string {
  const text = JSON.stringify(value, (_, inside) =>
    typeof inside === 'object' && inside !== null && !Array.isArray(inside)
      ? Object.fromEntries(Object.entries(inside).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inside,
  );
  // There may be pictures in it.
  return createHash('sha256').update(text).digest('base64');
}
