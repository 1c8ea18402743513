import type { ConverseError } from '@outcrop/converse';

/** The operations that are asked for, each with its place on the wire. */
export const operations = {
  Converse: { service: 'runtime', method: 'POST', path: '/model/{modelId}/converse' },
  ConverseStream: { service: 'runtime', method: 'POST', path: '/model/{modelId}/converse-stream' },
  InvokeModel: { service: 'runtime', method: 'POST', path: '/model/{modelId}/invoke' },
  InvokeModelWithResponseStream: {
    service: 'runtime',
    method: 'POST',
    path: '/model/{modelId}/invoke-with-response-stream',
  },
  CountTokens: { service: 'runtime', method: 'POST', path: '/model/{modelId}/count-tokens' },
  ApplyGuardrail: {
    service: 'runtime',
    method: 'POST',
    path: '/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply',
  },
  InvokeGuardrailChecks: { service: 'runtime', method: 'POST', path: '/guardrail-checks/invoke' },
  ListFoundationModels: { service: 'control', method: 'GET', path: '/foundation-models' },
  ListInferenceProfiles: { service: 'control', method: 'GET', path: '/inference-profiles' },
} as const satisfies Record<string, { service: Service; method: 'GET' | 'POST'; path: string }>;

/** The hosts: `bedrock-runtime` for models, `bedrock` for lists of them. */
export type Service = 'runtime' | 'control';

export type Operation = keyof typeof operations;

/** One request, before anybody has addressed or signed it. */
export type WireRequest = {
  operation: Operation;
  region: string;
  /** What stands in the path, such as the model id, not encoded. */
  labels: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>> | undefined;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body?: string | undefined;
  /** When it fires, the connection is let go. */
  signal: AbortSignal;
  /** To be called once the connection stands, where {@link Transport.reportsConnection}. */
  onConnected: () => void;
};

/** The answer, whatever its status. */
export type WireResponse = {
  status: number;
  /** By name in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Whoever returns its iterator lets the connection go. */
  body: AsyncIterable<Uint8Array>;
};

/** Addresses, signs and sends. All else is the same for every transport, and stands above. */
export interface Transport {
  /** Whether it can tell when a connection stands. Without that a `connectMs` would also count the service's own time. */
  readonly reportsConnection: boolean;
  /** Loads what of AWS's has to be installed for a call, if anything has; rejects with what is missing. */
  readonly load?: (() => Promise<unknown>) | undefined;
  send(request: WireRequest): Promise<WireResponse>;
  /** The service did not take the credentials or the clock. Whether there may be better ones now. */
  renew(refusal: ConverseError<'credentials'>, response: WireResponse): Promise<boolean>;
  close(): void;
}
