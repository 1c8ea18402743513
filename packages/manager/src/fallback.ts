import type { Warning } from '@outcrop/converse';
import type { Call, Candidate } from './call.ts';
import { type DroppableFeature, type Feature, features, featuresOf, withoutFeature } from './features.ts';
import type { ManagedTarget } from './targets.ts';

/** The first thing in the request that this target is known not to take; `undefined` if nothing is. */
export function missingOf({ core, features: asked }: Call, target: ManagedTarget): Feature | undefined {
  return asked.find(
    (feature) => features[feature].known(target.traits) === false || core.memory.refuses(target.key, feature),
  );
}

/**
 * Leaves the first thing out of the request that stands between it and one of the candidates, if the caller allows it.
 * One at a time: perhaps the rest is taken.
 */
export function dropOne(call: Call, candidates: readonly Candidate[]): boolean {
  const { enableFeatureFallback, allowDropping } = call.core.retry;
  if (!enableFeatureFallback) return false;
  const missing = new Set(candidates.map(({ target }) => missingOf(call, target)));
  const feature = call.features.find(
    (each): each is DroppableFeature => missing.has(each) && allowDropping.includes(each as DroppableFeature),
  );
  if (feature === undefined) return false;
  call.request = withoutFeature(call.request, feature);
  call.features = featuresOf(call.request, call.isStreamed);
  call.warnings.push(droppedWarning(feature));
  return true;
}

function droppedWarning(feature: Feature): Warning {
  const message = `No target takes ${feature}, so it was left out, as allowDropping says.`;
  return { code: 'feature_dropped', message, path: feature };
}
