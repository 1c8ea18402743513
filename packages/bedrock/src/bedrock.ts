/** Replace this: the first thing this package is for. */
export function bedrock(): string {
  return 'bedrock';
}
