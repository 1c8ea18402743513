/** What may stand on the wire, and what stands there instead of the rest. */
export type RenamingRule = {
  fits(name: string): boolean;
  /** The same name always gives the same one, and another attempt another one. */
  make(name: string, attempt: number): string;
  /** All names that the request holds, so that none of them is given away. */
  inUse(): Iterable<string>;
};

/** Names that the wire takes for those it does not, and the way back. */
export interface Renaming {
  /** What stands on the wire. */
  toWire(name: string): string;
  /** What the caller calls it. */
  fromWire(name: string): string;
  /** Whether there is any name to bring back. */
  readonly changed: boolean;
}

export function createRenaming(rule: RenamingRule): Renaming {
  let names:
    | {
        toWire: Map<string, string>;
        fromWire: Map<string, string>;
        taken: Set<string>;
        /** How many attempts what comes out first has taken before, so that many alike cost no more than others. */
        attempts: Map<string, number>;
      }
    | undefined;

  return {
    toWire(name) {
      if (rule.fits(name)) return name;
      names ??= { toWire: new Map(), fromWire: new Map(), taken: new Set(rule.inUse()), attempts: new Map() };
      const known = names.toWire.get(name);
      if (known !== undefined) return known;
      const first = rule.make(name, 1);
      let attempt = names.attempts.get(first) ?? 1;
      let made = rule.make(name, attempt);
      while (names.taken.has(made)) made = rule.make(name, ++attempt);
      names.attempts.set(first, attempt);
      names.taken.add(made);
      names.toWire.set(name, made);
      names.fromWire.set(made, name);
      return made;
    },
    fromWire: (name) => names?.fromWire.get(name) ?? name,
    get changed() {
      return names !== undefined;
    },
  };
}
