/** The region that a signature is for. A bearer token and an unsigned request name none. */
export function regionOf(authorization: string | undefined): string {
  return /^AWS4\S* .*?Credential=[^/,]+\/\d{8}\/([a-z\d-]+)\//.exec(authorization ?? '')?.[1] ?? 'us-east-1';
}
