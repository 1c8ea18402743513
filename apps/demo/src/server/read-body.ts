import type { z } from 'zod';
import { refuse } from './failures.ts';

/** The JSON of a request, as the schema wants it. What it is not is refused, with its place. */
export async function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.infer<Schema>> {
  return schema.parse(await parsed(request));
}

async function parsed(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    // A body that is cut off for its length fails here too, and says so itself.
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse('', 'The body is no JSON.');
  }
}
