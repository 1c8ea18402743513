import {
  type ConverseError,
  type ConverseErrorContext,
  type ExactJson,
  parseExactly,
  type Warning,
} from '@outcrop/converse';
import type { Refusal } from '../errors/refusals.ts';
import { connectionError, malformedError, refusalError } from '../errors/wire-errors.ts';
import type { WireResponse } from './transport.ts';

/** What an error of this answer should know. */
export function contextOf({ status, headers }: WireResponse): ConverseErrorContext {
  const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  return { status, requestId, retryAfterMs: retryAfterMs(headers['retry-after']) };
}

/** Told of what was changed in an answer. */
export type Warn = (warnings: readonly Warning[]) => void;

/**
 * The answer's JSON, its long numbers as text. Throws what it is instead: a refusal, also one behind a 200, a proxy's
 * page, a broken connection.
 */
export async function readJson(response: WireResponse, warn: Warn = () => {}): Promise<object> {
  const refused = response.status < 200 || response.status >= 300 || response.headers['x-amzn-errortype'] !== undefined;
  if (refused) throw await readRefusal(response);
  const text = await readText(response);
  const { value: json, warnings } = read(text) ?? { warnings: [] };
  if (!isFields(json)) throw malformedError(notBedrock(response, text), contextOf(response));
  const hidden = hiddenRefusal(json, response.status);
  if (hidden !== undefined) throw refusalError(hidden, contextOf(response));
  warn(warnings);
  return json;
}

/** The error of an answer that is none. */
export async function readRefusal(response: WireResponse): Promise<ConverseError> {
  const { status, headers } = response;
  const text = await readText(response, longestRefusal);
  const json = read(text)?.value;
  const fields: Record<string, unknown> | undefined = isFields(json) ? json : undefined;
  const name = nameOf(headers['x-amzn-errortype'] ?? fields?.['__type'] ?? fields?.['code'] ?? fields?.['Code']);
  // A balancer's own page says by its status what is the matter; of others nobody knows who is speaking.
  if (fields === undefined && name === '' && status < 500 && status !== 407 && status !== 413 && status !== 429) {
    return malformedError(notBedrock(response, text), contextOf(response));
  }
  const said = fields?.['message'] ?? fields?.['Message'] ?? fields?.['errorMessage'];
  const message = typeof said === 'string' ? said : '';
  return refusalError({ name, status, message, fields: fields ?? {} }, contextOf(response));
}

/** AWS's name for an error: without the namespace before it, and without the address behind it. */
export function nameOf(type: unknown): string {
  if (typeof type !== 'string') return '';
  const [name = ''] = type.slice(type.lastIndexOf('#') + 1).split(':', 1);
  return name.trim();
}

// Long enough for every message, short enough for every page.
const longestRefusal = 64 * 1024;

async function readText(response: WireResponse, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body) {
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) break;
    }
  } catch (error) {
    throw connectionError(error, contextOf(response));
  }
  const [only] = pieces;
  return new TextDecoder().decode(pieces.length === 1 ? only : joined(pieces, length));
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function read(text: string): ExactJson | undefined {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A path that AWS does not know is answered with a 200, and the error inside. */
function hiddenRefusal(json: object, status: number): Refusal | undefined {
  const { Output = json } = json as { Output?: object | null };
  const fields = Output as Record<string, unknown> | null;
  const name = nameOf(fields?.['__type']);
  if (name === '') return undefined;
  const { message = fields?.['Message'] } = fields as { message?: unknown };
  return { name, status, message: typeof message === 'string' ? message : '', fields: fields ?? {} };
}

function notBedrock({ status, headers }: WireResponse, text: string): string {
  const type = headers['content-type']?.split(';', 1)[0] ?? 'an answer without a type';
  if (text.trim() === '') return `HTTP ${status} came with an empty body.`;
  const who =
    /html/i.test(type) || /^\s*</.test(text) ? ': a proxy or a gateway on the way answered instead of Bedrock' : '';
  return `HTTP ${status} came with ${type}, which is no JSON of Bedrock${who}.`;
}

function retryAfterMs(value: string | undefined): number | undefined {
  const seconds = value === undefined ? Number.NaN : Number(value);
  return seconds >= 0 ? seconds * 1_000 : undefined;
}
