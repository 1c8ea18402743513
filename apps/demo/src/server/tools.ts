import type { ToolConfig, ToolResultBlock } from '@outcrop/converse';
import { z } from 'zod';
import { readBody } from './read-body.ts';
import { rocks } from './rocks.ts';

const input = z.object({ rock: z.enum(Object.keys(rocks) as (keyof typeof rocks)[]).describe('Which rock it is.') });

/** What the models of this demo may use. */
export const toolConfig: ToolConfig = {
  tools: [
    {
      toolSpec: {
        name: 'look_up_rock',
        description: 'Looks a rock up in the collection: its kind, hardness, minerals and origin.',
        inputSchema: { json: z.toJSONSchema(input) as never },
      },
    },
  ],
};

const call = z.strictObject({ toolUseId: z.string().max(64), name: z.literal('look_up_rock'), input: z.unknown() });

/** Handles `POST /api/tools`: runs the tool that a reply asked for, with an input that is checked once more. */
export async function runTool(request: Request): Promise<Response> {
  const { toolUseId, input: given } = await readBody(request, call);
  const checked = input.safeParse(given);
  const result: ToolResultBlock = checked.success
    ? { toolUseId, status: 'success', content: [{ json: { ...rocks[checked.data.rock] } as never }] }
    : { toolUseId, status: 'error', content: [{ text: z.prettifyError(checked.error) }] };
  return Response.json(result);
}
