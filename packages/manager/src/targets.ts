import { ConfigurationError, type Converse, type Problem, type Target } from '@outcrop/converse';
import { type Catalog, type CatalogRoute, validateConfiguration } from '@outcrop/model-catalog';
import type { Selection } from './options.ts';

/** One model in one region by one route, and where it stands in what the user named. */
export type ManagedTarget = CatalogRoute & {
  /** What tells it from all others, and under which it is remembered. */
  key: string;
  /** Its place among the models, 0 for the first. */
  modelIndex: number;
  /** Its model and its region: the same for all routes from there to it. */
  way: string;
};

/** All ways to all models from all regions, the best way of each first; all that is wrong with them, if there is none or one of the names means nothing. */
export function resolveTargets(catalog: Catalog, selection: Selection): ManagedTarget[] {
  const { models, regions, residency, routePreference: prefer, baseModel } = selection;
  const where = { residency, prefer, baseModel };
  const { errors } = validateConfiguration(catalog, { models, regions, ...where });
  if (errors.length > 0) throw new ConfigurationError(errors);
  const targets = new Map<string, ManagedTarget>();
  for (const [modelIndex, model] of models.entries()) {
    for (const region of regions) {
      for (const route of catalog.routes(model, { ...where, region })) {
        const key = `${region}/${route.id}`;
        if (!targets.has(key)) targets.set(key, { ...route, key, modelIndex, way: `${modelIndex} ${region}` });
      }
    }
  }
  return [...targets.values()];
}

/** Everything that is wrong with the shape of what was named, before any name is looked up. */
export function selectionProblems({ models, regions }: Selection): Problem[] {
  const named = { models, regions };
  return Object.entries(named).flatMap(([path, list]) => {
    if (!Array.isArray(list)) return [{ path, message: `It has to be a list of names, and it is ${typeof list}.` }];
    if (list.length === 0) return [{ path, message: 'It is empty, but there has to be one at least.' }];
    return list.flatMap((name, at) =>
      typeof name === 'string' && name.trim() !== ''
        ? []
        : [{ path: `${path}[${at}]`, message: 'It has to be a name, and it is none.' }],
    );
  });
}

/** The Converse of each target, made when it is first needed. */
export type Connections = {
  to(target: ManagedTarget): Converse;
  close(): Promise<void>;
};

export function createConnections(connect: (target: Target) => Converse): Connections {
  const open = new Map<string, { target: Target; converse: Converse }>();
  return {
    to(target) {
      let held = open.get(target.key);
      if (held === undefined) {
        held = { target, converse: connect(target) };
        open.set(target.key, held);
      }
      // A catalog that was brought up to date knows better: who is connected reads them at each send.
      held.target.traits = target.traits;
      return held.converse;
    },
    async close() {
      const closing = [...open.values()].map(({ converse }) => converse as Partial<AsyncDisposable & Disposable>);
      open.clear();
      for (const each of closing) await (each[Symbol.asyncDispose]?.() ?? each[Symbol.dispose]?.());
    },
  };
}
