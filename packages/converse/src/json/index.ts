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
export { type ExactJson, exactNumber, numberAsText, parseExactly } from './parse-exactly.ts';
