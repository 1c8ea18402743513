/** What is no number, or too low, would switch off in silence what it is a figure of. */
export function checkFigures(figures: Readonly<Record<string, number>>, least: number): void {
  for (const [name, figure] of Object.entries(figures)) {
    if (!(figure >= least)) throw new RangeError(`${name} is ${figure}, but has to be ${least} or more.`);
  }
}
