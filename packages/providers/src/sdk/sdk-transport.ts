import { Readable } from 'node:stream';
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { IdentitySource } from '../auth/auth.ts';
import { loadControl, loadRuntime } from '../auth/load.ts';
import type { Endpoints } from '../direct/endpoint.ts';
import type { HttpSender } from '../http/http-send.ts';
import { messageBody } from '../http/message-body.ts';
import {
  type Operation,
  operations,
  type Service,
  type Transport,
  type WireRequest,
  type WireResponse,
} from '../wire/transport.ts';
import {
  addressOf,
  createRequestHandler,
  headersOf,
  type RequestHandler,
  type SdkRequest,
  wireResponse,
} from './handler.ts';

export type SdkOptions = {
  sender: HttpSender;
  identity: IdentitySource;
  endpoints?: Endpoints | undefined;
  fips?: boolean | undefined;
  dualstack?: boolean | undefined;
  /** Instead of our own connections. */
  requestHandler?: RequestHandler | undefined;
};

export type SdkTransport = Transport & {
  client(region: string): Promise<BedrockRuntimeClient>;
};

/** As much of either client as is used here: their own types are of one set of commands each. */
type Client = {
  send(command: object): Promise<unknown>;
  destroy(): void;
  middlewareStack: { add(middleware: Middleware, options: object): void };
  config: {
    cacheMiddleware?: boolean | undefined;
    credentials?: ((options: { forceRefresh: boolean }) => Promise<unknown>) | undefined;
  };
};

// Rides along with a command's input, where the client's serializer does not look, to find its way through the client.
const ride = Symbol('outcrop');
type Ride = { request: WireRequest; response?: WireResponse };
type Input = { [ride]?: Ride };

const longestText = 64 * 1024;

/**
 * Sends through the AWS SDK's client: it finds the endpoint, signs, and runs what was hooked into it. The body that goes
 * out and the answer that comes back pass it by unread, because its own reading drops what it does not know, lets a
 * cut stream end as if it were whole, and takes most of the time.
 */
export function createSdkTransport(options: SdkOptions): SdkTransport {
  const { sender, identity, requestHandler } = options;
  const clients = new Map<string, Promise<Client>>();
  const commands = new Map<Operation, Command>();

  function clientFor(service: Service, region: string): Promise<Client> {
    const key = `${service} ${region}`;
    let client = clients.get(key);
    if (client === undefined) {
      client = make(service, region);
      clients.set(key, client);
      // Without the package a client cannot be made; installed later, it can.
      client.catch(() => clients.delete(key));
    }
    return client;
  }

  /** Kept, because even what is loaded already takes its time to be imported again. */
  async function commandFor(operation: Operation): Promise<Command> {
    const command = commands.get(operation) ?? (await loadCommand(operation));
    commands.set(operation, command);
    return command;
  }

  async function make(service: Service, region: string): Promise<Client> {
    const sdk = service === 'runtime' ? await loadRuntime() : await loadControl();
    const Client = 'BedrockRuntimeClient' in sdk ? sdk.BedrockRuntimeClient : sdk.BedrockClient;
    const client = new Client(configFor(service, region)) as unknown as Client;
    client.middlewareStack.add(withIdentity, { step: 'initialize', priority: 'high', name: 'outcropIdentity' });
    client.middlewareStack.add(withBody, { step: 'build', priority: 'high', name: 'outcropBody' });
    client.middlewareStack.add(withAnswer, { step: 'deserialize', priority: 'low', name: 'outcropAnswer' });
    return client;
  }

  function configFor(service: Service, region: string): object {
    return {
      region,
      endpoint: options.endpoints?.[service]?.replace(/\/+$/, ''),
      useFipsEndpoint: options.fips,
      useDualstackEndpoint: options.dualstack,
      requestHandler: requestHandler ?? createRequestHandler(sender),
      maxAttempts: 1,
      cacheMiddleware: true,
      // Said in any case, because a token in the environment would beat credentials that were given.
      authSchemePreference: [identity.type === 'api_key' ? 'httpBearerAuth' : 'aws.auth#sigv4'],
      ...(identity.type === 'api_key' ? { token: current } : (identity.search ?? { credentials: current })),
    };
  }

  // What the source gave for the latest call, our own or another one of the client's.
  let latest: object = {};

  const withIdentity: Middleware = (next) => async (args) => {
    if (identity.search === undefined) {
      const { type: _, ...found } = await identity.get();
      latest = 'apiKey' in found ? { token: found.apiKey } : found;
    }
    return next(args);
  };

  /** The client asks several times a call, and keeps what does not expire: so this expires at once. */
  async function current(): Promise<object> {
    return { ...latest, expiration: new Date(0) };
  }

  const withBody: Middleware = (next) => async (args) => {
    const { request } = (args.input as Input)[ride] ?? {};
    if (request !== undefined) {
      const { headers } = args.request;
      if (request.body !== undefined) {
        // A short text goes out together with the headers; a long one would be encoded twice.
        args.request.body = request.body.length > longestText ? Buffer.from(request.body) : request.body;
        headers['content-type'] = 'application/json';
      }
      Object.assign(headers, request.headers);
    }
    return next(args);
  };

  const withAnswer: Middleware = (next) => async (args) => {
    const passenger = (args.input as Input)[ride];
    if (passenger === undefined) return next(args);
    passenger.response = await dispatch(args.request, passenger.request);
    return { response: new Stub(passenger) };
  };

  async function dispatch(signed: SdkRequest, { signal, onConnected }: WireRequest): Promise<WireResponse> {
    if (requestHandler !== undefined) {
      const { response } = await requestHandler.handle(signed as never, { abortSignal: signal });
      return wireResponse(response);
    }
    const message = await sender.send({ ...addressOf(signed), signal, onConnected });
    return { status: message.statusCode ?? 0, headers: headersOf(message), body: messageBody(message) };
  }

  return {
    reportsConnection: requestHandler === undefined,
    load: loadRuntime,

    async send(request) {
      const { service } = operations[request.operation];
      const [client, Command] = await Promise.all([clientFor(service, request.region), commandFor(request.operation)]);
      const passenger: Ride = { request };
      await client.send(new Command({ ...request.labels, ...request.query, [ride]: passenger }));
      if (passenger.response === undefined) throw new Error('The AWS SDK sent nothing.');
      return passenger.response;
    },

    async renew({ reason }) {
      // The client has read the service's clock off the answer, and signs the next request by it.
      if (reason === 'clock') return true;
      if (identity.search === undefined) return identity.renew();
      const made = await Promise.all(clients.values());
      await Promise.all(made.map(({ config }) => config.credentials?.({ forceRefresh: true })));
      return true;
    },

    async client(region) {
      const client = await clientFor('runtime', region);
      // Whoever hooks something into it wants it to be run.
      client.config.cacheMiddleware = false;
      return client as unknown as BedrockRuntimeClient;
    },

    close() {
      for (const client of clients.values()) client.then((each) => each.destroy()).catch(() => {});
      clients.clear();
      requestHandler?.destroy?.();
      sender.close();
    },
  };
}

type Step = (args: { input: object; request: SdkRequest }) => Promise<{ response: unknown }>;
type Middleware = (next: Step) => Step;

type Command = new (input: object) => object;

async function loadCommand(operation: Operation): Promise<Command> {
  const sdk = operations[operation].service === 'runtime' ? await loadRuntime() : await loadControl();
  const command = (sdk as unknown as Record<string, Command | undefined>)[`${operation}Command`];
  if (command === undefined) throw new Error(`This release of the AWS SDK does not know ${operation}: update it.`);
  return command;
}

/** What the client reads in the place of the answer: nothing, and the service's own clock. */
class Stub {
  readonly statusCode = 200;
  readonly headers: object | undefined;
  readonly body: object;

  constructor({ request, response }: Ride) {
    this.headers = response?.headers;
    this.body = request.operation.endsWith('Stream') ? Readable.from([]) : new Uint8Array();
  }
}
