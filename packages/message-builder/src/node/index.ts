export { isMessageBuilderError, MessageBuilderError, type MessageProblem } from '../errors.ts';
export { messageLimits } from '../message-limits.ts';
export { localFile } from './local-file.ts';
export {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  LocalMessageBuilder,
} from './local-message-builder.ts';
