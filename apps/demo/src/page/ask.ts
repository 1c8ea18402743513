import { errorFromJson } from '@outcrop/converse';

/** Asks the server for JSON. Throws the server's error as a `ConverseError`. */
export async function ask(
  path: string,
  { method = 'GET', json }: { method?: string; json?: unknown } = {},
): Promise<unknown> {
  const response = await fetch(path, {
    method,
    ...(json !== undefined && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw errorFromJson(answer);
  return answer;
}
