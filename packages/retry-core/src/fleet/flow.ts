/** How many calls start in a second. */
export type Flow = {
  count(at: number): void;
  /** The more of this second so far and the one before it. */
  perSecond(): number;
};

export function createFlow(): Flow {
  let second = 0;
  let inThis = 0;
  let inLast = 0;

  return {
    count(at) {
      const current = Math.floor(at / 1000);
      if (current !== second) {
        inLast = current === second + 1 ? inThis : 0;
        inThis = 0;
        second = current;
      }
      inThis++;
    },
    perSecond: () => Math.max(inThis, inLast),
  };
}
