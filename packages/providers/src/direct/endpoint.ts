import { ConfigurationError } from '@outcrop/converse';
import { aFlag, type OptionChecks } from '@outcrop/converse/options';
import type { Service } from '../wire/transport.ts';

/** Where the service is asked, instead of at AWS's own hosts. */
export type Endpoints = { [Name in Service]?: string | undefined };

/** An address for everything, or one for each service; what is not said is what is said `otherwise`. */
export function endpointsOf(endpoint: string | Endpoints | undefined, otherwise: Endpoints = {}): Endpoints {
  const { runtime, control } =
    typeof endpoint === 'string' ? { runtime: endpoint, control: endpoint } : { ...endpoint };
  return { runtime: runtime ?? otherwise.runtime, control: control ?? otherwise.control };
}

/** Which of AWS's own hosts. */
export type HostOptions = {
  /** Endpoints whose cryptography is validated under FIPS 140. Only some regions have them. */
  fips?: boolean | undefined;
  /** Endpoints that speak IPv6 too. */
  dualstack?: boolean | undefined;
};

export const hostChecks: OptionChecks<HostOptions & { endpoint: string | Endpoints | undefined }> = {
  endpoint(value) {
    const given = typeof value === 'object' && value !== null ? Object.values(value) : [value];
    const isOne = given.every((each) => each === undefined || (typeof each === 'string' && URL.canParse(each.trim())));
    return isOne ? undefined : 'an address such as http://localhost:8000, or { runtime, control } of them';
  },
  fips: aFlag,
  dualstack: aFlag,
};

// By what a region begins with: its partition's domain, and the one of its dual-stack hosts.
const partitions: readonly [region: RegExp, domain: string, dualstack: string][] = [
  [/^cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  [/^us-iso-/, 'c2s.ic.gov', 'api.aws.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov', 'api.aws.scloud'],
  [/^us-isof-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  [/^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'],
  [/./, 'amazonaws.com', 'api.aws'],
];

const hosts = { runtime: 'bedrock-runtime', control: 'bedrock' } as const satisfies Record<Service, string>;

/** The base address of a service in a region, without a slash at its end. */
export function endpointOf(service: Service, region: string, endpoints: Endpoints, options: HostOptions): string {
  const given = endpoints[service]?.trim();
  if (given) return given.replace(/\/+$/, '');
  // What stands in a host's name decides who gets the request.
  if (!/^[a-z\d]+(-[a-z\d]+)+$/.test(region)) {
    throw new ConfigurationError([{ path: 'region', message: `'${region}' is no AWS region, such as us-east-1.` }]);
  }
  const [, domain, dualstackDomain] = partitions.find(([pattern]) => pattern.test(region)) ?? ['', '', ''];
  const host = `${hosts[service]}${options.fips ? '-fips' : ''}`;
  return `https://${host}.${region}.${options.dualstack ? dualstackDomain : domain}`;
}

const variables = { runtime: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME', control: 'AWS_ENDPOINT_URL_BEDROCK' } as const;

/** The endpoints that the environment names, as AWS's clients read it: the special before the general. */
export function endpointsIn(env: { readonly [name: string]: string | undefined }): Endpoints {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return {};
  const named = (service: Service) => env[variables[service]]?.trim() || env['AWS_ENDPOINT_URL']?.trim() || undefined;
  return { runtime: named('runtime'), control: named('control') };
}

/** Whether the environment asks for FIPS and dual-stack hosts, as AWS's clients read it. */
export function hostsIn(env: { readonly [name: string]: string | undefined }): HostOptions {
  return {
    fips: env['AWS_USE_FIPS_ENDPOINT'] === 'true',
    dualstack: env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true',
  };
}
