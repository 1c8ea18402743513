import { bedrockError } from '../errors.ts';
import { checkCountable } from '../invoke/formats.ts';
import { createInvokeCall } from '../invoke/invocation.ts';
import { base64, object, record } from '../invoke/schema.ts';
import { readApiBody } from './api-body.ts';
import { arrival } from './converse.ts';
import type { Route } from './routes.ts';

const body = object({ input: object({ 'converse?': record, 'invokeModel?': object({ body: base64 }) }) });

export const serveCountTokens: Route = async (bedrock, exchange, { modelId }) => {
  const came = await arrival('CountTokens', exchange, modelId);
  const place = bedrock.models.find(came.modelId, came.region);
  checkCountable(place);
  const { input } = readApiBody(came.body, body);
  if ((input.converse === undefined) === (input.invokeModel === undefined)) {
    throw bedrockError('ValidationException', 'Exactly one of input.converse and input.invokeModel has to be set.');
  }
  const decoded = input.invokeModel && Buffer.from(input.invokeModel.body, 'base64').toString();
  const asked = decoded === undefined ? undefined : createInvokeCall({ ...came, place, body: decoded }, {});
  exchange.json({ inputTokens: bedrock.countTokens({ ...came, body: input.converse, read: asked?.read }) });
};
