import type { Clue } from './clue.ts';
import type { Detection, Evidence, Reading, SupportedDetection } from './detection.ts';
import type { Kind, KnownFormat } from './formats.ts';
import { conversionOf, type UnsupportedFormat } from './unsupported.ts';

const certain = 0.95;
const likely = 0.75;
const contradicted = 0.9;

type Pick = KnownFormat | UnsupportedFormat;

/** Makes one answer of what the name and the content say. `wanted` decides only where both leave it open. */
export function weigh(name: Clue | undefined, content: Clue | undefined, wanted?: Kind): Detection | undefined {
  if (content === undefined) {
    return name && answer(pick(name, wanted), { confidence: likely, method: 'extension' });
  }
  const alone = content.shared ? likely : certain;
  if (name === undefined) return answer(pick(content, wanted), { confidence: alone, method: 'content' });

  const agreed = agreement(name, content);
  if (agreed !== undefined) return answer(pick(agreed, wanted), { confidence: certain, method: 'combined' });

  const believed = pick(content, wanted);
  return answer(believed, {
    confidence: alone * contradicted,
    method: 'combined',
    disagreement: { name: readingOf(pick(name, wanted)), content: readingOf(believed) },
  });
}

function agreement(name: Clue, content: Clue): Clue | undefined {
  const formats = content.formats.filter((format) => name.formats.includes(format));
  if (formats.length > 0) return { formats };
  const { otherwise } = content;
  return otherwise !== undefined && otherwise.format === name.otherwise?.format
    ? { formats: [], otherwise }
    : undefined;
}

function pick({ formats, otherwise }: Clue, wanted: Kind | undefined): Pick {
  const picked = otherwise ?? formats.find((format) => format.kind === wanted) ?? formats[0];
  if (picked === undefined) throw new Error('a clue that stands for nothing');
  return picked;
}

function answer(picked: Pick, evidence: Evidence): Detection {
  if ('mediaTypes' in picked) return supported(picked, evidence);
  const convertTo = conversionOf(picked);
  const advice =
    picked.advice ?? (convertTo === undefined ? 'send it as one of those it takes' : `convert it to ${convertTo}`);
  return {
    status: 'unsupported',
    ...readingOf(picked),
    ...(convertTo === undefined ? {} : { convertTo }),
    reason: `${picked.label} is not a format that Bedrock takes: ${advice}.`,
    ...evidence,
  };
}

/** The answer that a file is of a format that Converse takes. */
export function supported(format: KnownFormat, evidence: Evidence): SupportedDetection<Kind> {
  // A row's kind and format belong together, which the compiler loses sight of when they are copied one by one.
  return { status: 'supported', ...readingOf(format), ...evidence } as SupportedDetection<Kind>;
}

function readingOf(picked: Pick): Reading {
  const mediaType = 'mediaTypes' in picked ? picked.mediaTypes[0] : picked.mediaType;
  return { format: picked.format, kind: picked.kind, mediaType };
}
