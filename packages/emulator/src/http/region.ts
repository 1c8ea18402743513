/** Where a request wants to go: the path that is routed, and the region if it says one. */
export type Location = { path: string; region: string };

const prefix = /^\/region\/([a-z\d-]+)(?=\/)/;

/** The region is the one that the signature is for, else the one that the path begins with, else the usual one. */
export function locate(url: string, authorization: string | undefined, usual: string): Location {
  const [path = ''] = url.split('?', 1);
  const named = prefix.exec(path);
  const signed = /^AWS4\S* .*?Credential=[^/,]+\/\d{8}\/([a-z\d-]+)\//.exec(authorization ?? '')?.[1];
  return { path: named ? path.slice(named[0].length) : path, region: signed ?? named?.[1] ?? usual };
}
