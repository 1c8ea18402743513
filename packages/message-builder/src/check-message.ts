import type { ContentBlock, Role } from '@outcrop/converse';
import { checkBlock } from './check-block.ts';
import { checkLimit } from './check-limit.ts';
import type { Place, Report } from './errors.ts';
import { type MessageLimits, messageLimits } from './message-limits.ts';
import { requestBytes } from './request-bytes.ts';

/** A block of a message, which is missing where a problem stood in its way. */
export type Standing = { kind: string; block: ContentBlock | undefined; place: Place };

/** Looks at the blocks one by one, and at the message as a whole. */
export function checkMessage(role: Role, standings: readonly Standing[], limits: MessageLimits, report: Report): void {
  for (const { kind, block, place } of standings) {
    checkRole(role, kind, place, report);
    if (block !== undefined) checkBlock(block, place, report);
  }
  if (standings.length === 0) {
    report.problems.push({ path: '', code: 'empty_message', message: 'The message is empty: add at least a text.' });
  }
  checkDocumentsHaveText(standings, report);
  checkCounts(standings, limits, report);
  checkSize(role, standings, limits, report);
}

/** Who may say what. A kind that is not here may stand anywhere. */
const rolesOf: Record<string, readonly Role[]> = {
  image: ['user'],
  document: ['user'],
  video: ['user'],
  audio: ['user'],
  toolResult: ['user'],
  searchResult: ['user'],
  guardContent: ['user', 'system'],
  toolUse: ['assistant'],
  reasoningContent: ['assistant'],
  citationsContent: ['assistant'],
  toolAddition: ['system'],
  toolRemoval: ['system'],
};

function checkRole(role: Role, kind: string, place: Place, { problems }: Report): void {
  const roles = Object.hasOwn(rolesOf, kind) ? rolesOf[kind] : undefined;
  if (roles === undefined || roles.includes(role)) return;
  const message = `A message of the role ${role} may not hold ${kind}: that belongs to the role ${roles.join(' or ')}.`;
  problems.push({ ...place, code: 'wrong_role', message, received: role });
}

function checkDocumentsHaveText(standings: readonly Standing[], { problems }: Report): void {
  const document = standings.find(({ kind }) => kind === 'document');
  if (document === undefined || standings.some(({ kind }) => kind === 'text')) return;
  const message = 'A document needs a text in the same message, such as a question about it: add one with addText.';
  problems.push({ ...document.place, code: 'document_without_text', message });
}

function checkCounts(standings: readonly Standing[], limits: MessageLimits, report: Report): void {
  const counts = new Map<string, number>();
  const kinds = standings.flatMap(({ kind, block }) => [
    kind,
    ...(block?.toolResult?.content ?? []).flatMap(Object.keys),
  ]);
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);

  const whole = { path: 'content', subject: 'The message' };
  const countOf = (kind: string) => counts.get(kind) ?? 0;
  const measures = [
    { code: 'too_many_blocks', unit: 'blocks', name: 'blocksPerMessage', received: standings.length },
    { code: 'too_many_images', unit: 'images', name: 'imagesPerRequest', received: countOf('image') },
    { code: 'too_many_documents', unit: 'documents', name: 'documentsPerRequest', received: countOf('document') },
    { code: 'too_many_videos', unit: 'videos', name: 'videosPerRequest', received: countOf('video') },
    {
      code: 'too_many_cache_points',
      unit: 'cache points',
      name: 'cachePointsPerRequest',
      received: countOf('cachePoint'),
    },
  ] as const;
  for (const { code, unit, name, received } of measures) {
    // There is no limit of Bedrock's for blocks.
    const bedrock = name === 'blocksPerMessage' || received === 0 ? undefined : messageLimits[name];
    const advice =
      name === 'blocksPerMessage' ? `Join some, or raise limits.${name}.` : 'Send the others in another request.';
    const measure = { code, received, limit: limits[name], bedrock, subject: whole.subject, unit, advice };
    checkLimit(measure, { path: whole.path }, report);
  }
}

function checkSize(role: Role, standings: readonly Standing[], limits: MessageLimits, report: Report): void {
  const measure = {
    code: 'too_large',
    received: requestBytes({ role, content: standings.flatMap(({ block }) => block ?? []) }),
    limit: limits.requestBytes,
    bedrock: messageLimits.requestBytes,
    subject: 'A request with this message alone',
    unit: 'bytes of JSON, in which base64 makes four bytes of three',
    advice: 'Send fewer or smaller files, or put them into S3 and use addS3Image, addS3Document or addS3Video.',
  } as const;
  checkLimit(measure, { path: '' }, report);
}
