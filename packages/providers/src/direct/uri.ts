/** A part of a path or of a query as AWS writes it: all but the unreserved is encoded, slashes too. */
export function encoded(part: string): string {
  const text = encodeURIComponent(part);
  if (!leftByTheEncoder.test(text)) return text;
  return text.replace(leftEach, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

const leftByTheEncoder = /[!'()*]/;
const leftEach = /[!'()*]/g;

/** The query behind a path, in the order in which it is signed. */
export function queryOf(query: Readonly<Record<string, string>> = {}): string {
  const values = new Map(Object.entries(query).map(([name, value]) => [encoded(name), encoded(value)]));
  return [...values.keys()]
    .sort()
    .map((name) => `${name}=${values.get(name)}`)
    .join('&');
}
