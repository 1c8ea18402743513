export {
  type Convertible,
  eventFromJson,
  type FromJsonOptions,
  messageFromJson,
  messagesFromJson,
  requestFromJson,
  responseFromJson,
  toJson,
} from './json.ts';
