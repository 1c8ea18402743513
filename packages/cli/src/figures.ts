/** Money, with as many digits as tell something. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.01) return `$${usd.toFixed(6).replace(/(\.\d*?[1-9]\d?)\d*$/, '$1')}`;
  return `$${usd.toFixed(2)}`;
}

/** A count that may be large: `950`, `12.3 k`, `4.5 M`. */
export function amount(count: number): string {
  if (count < 10_000) return wholeNumber(count);
  return count < 999_500 ? `${threeDigits(count / 1_000)} k` : `${threeDigits(count / 1_000_000)} M`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '');
}

export function wholeNumber(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A time for people: `80 ms`, `0.8 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor((seconds + 0.5) / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds + 0.5) % 60} s`;
  const rounded = Math.round(seconds / 60);
  return `${Math.floor(rounded / 60)} h ${rounded % 60} min`;
}
