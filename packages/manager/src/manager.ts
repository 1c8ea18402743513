/** Replace this: the first thing this package is for. */
export function manager(): string {
  return 'manager';
}
