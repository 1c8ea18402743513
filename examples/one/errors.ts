// What an error means, and what to do about it, by its code.
import { type ConverseError, createUserMessage, isConverseError, LLMManager } from '@outcrop/bedrock';

const message = await createUserMessage().addText('Hello').build();

function advise(error: ConverseError): string {
  switch (error.code) {
    case 'credentials':
      return `log in again (${error.reason})`;
    case 'unknown_model':
    case 'model_retired':
      return 'check the model and the region';
    case 'invalid_request':
      return 'mend the request';
    case 'exhausted':
      return `all failed: ${error.attempts.map(({ error }) => error?.code).join(', ')}`;
    default:
      return error.message;
  }
}

for (const region of ['us-east-1', 'us-east-2', 'us-west-2']) {
  await using manager = new LLMManager({ models: ['Nova Lite'], regions: [region], retry: { maxRetries: 0 } });
  try {
    await manager.converse({ messages: [message] });
  } catch (error) {
    if (!isConverseError(error)) throw error;
    console.log(region, error.code, advise(error));
  }
}

/* prints
us-east-1 credentials log in again (expired)
us-east-2 invalid_request mend the request
us-west-2 exhausted all failed: unavailable, unavailable
*/
