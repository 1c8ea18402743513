export type {
  Detection,
  DetectionMethod,
  DetectionOf,
  Evidence,
  OtherKindDetection,
  Reading,
  SupportedDetection,
  UnknownDetection,
  UnsupportedDetection,
} from './detection.ts';
export {
  type DetectOptions,
  declareFormat,
  detect,
  detectAudio,
  detectDocument,
  detectImage,
  detectName,
  detectVideo,
} from './file-detect.ts';
export {
  type AudioFormat,
  type DocumentFormat,
  type FormatOf,
  formats,
  formatsByExtension,
  formatsByMediaType,
  type ImageFormat,
  type Kind,
  type KnownFormat,
  type VideoFormat,
} from './formats.ts';
export type { DetectInput } from './input.ts';
