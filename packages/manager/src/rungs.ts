import type { ConverseError, ModelTraits, OutputRung } from '@outcrop/converse';
import type { Call, Candidate } from './call.ts';
import type { SharedMemory } from './memory.ts';
import type { ManagedTarget } from './targets.ts';

/** The ways of getting an object, the surest first, and what of the traits says that a model has one not. */
const rungs = [
  ['native', ({ structuredOutput }) => structuredOutput],
  ['strict_tool', ({ tools }) => tools?.supported !== false && tools?.strict],
  ['tool', ({ tools }) => tools?.supported],
  ['instruction', () => true],
] as const satisfies readonly (readonly [OutputRung, (traits: ModelTraits) => boolean | undefined])[];

/** What a refusal is called that is about the way and not about the rest of the request. */
const features: ReadonlySet<string> = new Set(['outputConfig', 'textFormat', 'strict', 'toolChoice', 'toolConfig']);

/** The way that has worked for this target before, or the surest that it is not known to lack. */
export function firstRung(memory: SharedMemory, { key, traits }: ManagedTarget): OutputRung {
  const known = rungs.find(([name]) => name === memory.rung(key));
  const [first] = known ?? rungs.find(([, has]) => has(traits) !== false) ?? (['instruction'] as const);
  return first;
}

/**
 * Goes one rung down, if the error says that this one does not do: the target refuses it, or what came is no JSON.
 * A reply that is JSON and does not fit is asked for again as it was.
 */
export function goesDown({ kind, core }: Call, candidate: Candidate, error: ConverseError): boolean {
  if (kind !== 'object' || candidate.rung === undefined) return false;
  const isRefused = error.code === 'unsupported_feature' && features.has(error.feature);
  const isNoJson = error.code === 'reply_rejected' && error.reason === 'no_json';
  if (!isRefused && !isNoJson) return false;
  const { target } = candidate;
  const at = rungs.findIndex(([name]) => name === candidate.rung);
  const next = rungs.slice(at + 1).find(([, has]) => has(target.traits) !== false);
  if (next === undefined) return false;
  [candidate.rung] = next;
  // It is the same question to the same target, and the next one to be asked.
  candidate.isNext = true;
  if (isRefused) core.memory.noteRung(target.key, candidate.rung);
  return true;
}

/** The way has worked. */
export function noteRung({ kind, core }: Call, { target, rung }: Candidate): void {
  if (kind === 'object' && rung !== undefined) core.memory.noteRung(target.key, rung);
}
