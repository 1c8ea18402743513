export {
  type Convertible,
  type ConvertiblePart,
  eventFromJson,
  type FromJsonOptions,
  messageFromJson,
  messagesFromJson,
  requestFromJson,
  responseFromJson,
  toJson,
} from './json.ts';
