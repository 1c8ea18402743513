/** A file that came as a string: base64, or with percent-encoding as data URLs have it. */
export type EncodedFile = { encoding: 'base64' | 'percent'; data: string; mediaType?: string | undefined };

/** The parts of a `data:` URL; `undefined` where it is none. */
export function splitDataUrl(url: string): EncodedFile | undefined {
  const [, head, data = ''] = /^data:([^,]*),(.*)$/is.exec(url) ?? [];
  if (head === undefined) return undefined;
  // Not split by a pattern that takes the blanks too: a hostile URL of nothing but blanks would keep it busy for minutes.
  const [mediaType, ...parameters] = head.toLowerCase().replace(/\s/g, '').split(';');
  return { encoding: parameters.includes('base64') ? 'base64' : 'percent', data, mediaType };
}
