import { isConverseError } from '@outcrop/converse';
import { connectionError } from '../errors/wire-errors.ts';
import { readRefusal } from './answer.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';

/**
 * Sends a request. When the service does not take the credentials, and there may be better ones, it is sent once more:
 * that is no retry of the call, which has not begun before its caller is known.
 */
export async function exchange(
  transport: Transport,
  request: WireRequest,
  onAttempt?: (attempt: number) => void,
): Promise<WireResponse> {
  onAttempt?.(1);
  const response = await send(transport, request);
  if (response.status !== 401 && response.status !== 403 && response.status !== 400) return response;
  const refusal = await readRefusal(response);
  if (!isConverseError(refusal) || refusal.code !== 'credentials' || !(await transport.renew(refusal, response)))
    throw refusal;
  onAttempt?.(2);
  return send(transport, request);
}

async function send(transport: Transport, request: WireRequest): Promise<WireResponse> {
  try {
    return await transport.send(request);
  } catch (error) {
    throw connectionError(error, {});
  }
}
