import type { Warning } from '@outcrop/converse';
import type { CatalogModel } from './snapshot.ts';

/** What a user of the model should know about its age, in that region or at all. */
export function warningsOf(model: CatalogModel, region?: string): Warning[] {
  const { name, vanishedFrom, traits } = model;
  const { status, endOfLife, successor } = traits.lifecycle ?? {};
  const next = successor === undefined ? 'no successor is known' : `its successor is ${successor}`;
  const warnings: Warning[] = [];
  if (isRetired(model, region)) {
    const since = endOfLife === undefined ? '' : ` since ${endOfLife}`;
    warnings.push({ code: 'model_retired', message: `${name} is retired${since}; ${next}.` });
  }
  if (status === 'legacy') {
    const until = endOfLife === undefined ? '' : ` and ends on ${endOfLife}`;
    warnings.push({ code: 'model_legacy', message: `${name} is legacy${until}; ${next}.` });
  }
  if (region === undefined ? vanishedFrom : vanishedFrom?.includes(region)) {
    const where = region ?? vanishedFrom?.join(', ');
    warnings.push({ code: 'model_vanished', message: `${name} is no longer listed in ${where}; ${next}.` });
  }
  return warnings;
}

/** Whether it has reached its end, in that region or at all. */
export function isRetired({ traits, aliveIn }: CatalogModel, region?: string): boolean {
  return traits.lifecycle?.status === 'retired' && !(region !== undefined && aliveIn?.includes(region));
}
