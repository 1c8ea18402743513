export { localFile } from './local-file.ts';
export {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  LocalMessageBuilder,
} from './local-message-builder.ts';
