import { ConverseError, isConverseError } from '@outcrop/converse';
import { z } from 'zod';

const statuses: Record<string, number> = { invalid_request: 400, too_large: 413, throttled: 429 };

/**
 * An error as the page may see it: what is wrong with what it sent, and of all else the code alone. Messages of the
 * service name accounts and roles, and stay here.
 */
export function failureResponse(error: unknown): Response {
  const told = error instanceof z.ZodError ? refusalOf(error) : error;
  if (!isConverseError(told)) {
    console.error(error);
    return respondWith('internal', 'The server failed inside.', 500);
  }
  const { code, problems } = told.toJson();
  if (code !== 'invalid_request' && code !== 'too_large') return respondWith(code, `The call failed: ${code}.`, 502);
  return respondWith(code, told.message, statuses[code] ?? 400, problems);
}

/** What the page sent is not what it should be. */
export function refuse(path: string, message: string): ConverseError {
  return new ConverseError('invalid_request', message, { problems: [{ path, message }] });
}

function refusalOf({ issues }: z.ZodError): ConverseError {
  const problems = issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = problems;
  return new ConverseError('invalid_request', `The request is wrong at '${first?.path}': ${first?.message}.`, {
    problems,
  });
}

function respondWith(code: string, message: string, status: number, problems: unknown = undefined): Response {
  return Response.json(
    { name: 'ConverseError', code, message, ...(problems !== undefined && { problems }) },
    { status },
  );
}
