import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import {
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseErrorCode,
  type ConverseErrorDetails,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  createConverseStream,
} from '@outcrop/converse';

/** The bare client of AWS as a {@link Converse}: it only renames, so that what passes the contract is the wire. */
export function sdkConverse(client: BedrockRuntimeClient, modelId: string): Converse {
  async function* events(request: ConverseRequest, abortSignal: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
    try {
      const { stream = [] } = await client.send(new ConverseStreamCommand(input(request)), { abortSignal });
      for await (const event of stream) yield known(event) as ConverseStreamEvent;
    } catch (error) {
      throw abortSignal.aborted ? abortSignal.reason : converseError(error as Error);
    }
  }

  async function* whole(request: ConverseRequest, abortSignal: AbortSignal, keep: (reply: ConverseResponse) => void) {
    try {
      const { $metadata: _, ...reply } = await client.send(new ConverseCommand(input(request)), { abortSignal });
      keep(known(reply) as ConverseResponse);
    } catch (error) {
      throw abortSignal.aborted ? abortSignal.reason : converseError(error as Error);
    }
    yield { messageStop: { stopReason: 'end_turn' } };
  }

  function input(request: ConverseRequest): ConverseCommandInput {
    return { modelId, ...request } as ConverseCommandInput;
  }

  return {
    converseStream: (request, { signal }: CallOptions = {}) =>
      createConverseStream((leaving) => events(request, leaving), { signal }),

    converse(request, { signal }: CallOptions = {}) {
      let reply: ConverseResponse | undefined;
      const keep = (came: ConverseResponse) => {
        reply = came;
      };
      // The stream is what ends at once on an abort; its events are of no interest.
      const open = (leaving: AbortSignal) => whole(request, leaving, keep);
      return createConverseStream(open, { signal, finish: (folded) => reply ?? folded }).response;
    },
  };
}

const codes: Record<string, ConverseErrorCode> = {
  ThrottlingException: 'throttled',
  ServiceUnavailableException: 'unavailable',
  InternalServerException: 'internal',
  ValidationException: 'invalid_request',
};

function converseError(cause: Error): ConverseError {
  const code = codes[cause.name] ?? 'connection';
  const details = { cause, awsName: cause.name, problems: [] };
  return new ConverseError<ConverseErrorCode>(code, cause.message, details as ConverseErrorDetails<ConverseErrorCode>);
}

/** Without the client's own form of what it does not know, and without fields that are there and undefined. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const { $unknown, ...fields } = value as { $unknown?: [name: string, value: unknown] };
  const entries = $unknown === undefined ? Object.entries(fields) : [$unknown];
  return Object.fromEntries(
    entries.filter(([, inside]) => inside !== undefined).map(([name, inside]) => [name, known(inside)]),
  );
}
