/** Replace this: the first thing this package is for. */
export function providers(): string {
  return 'providers';
}
