import type { ContentBlock, Role } from '@outcrop/converse';
import { checkBlock } from './check-block.ts';
import { checkLimit } from './check-limit.ts';
import type { Place, Report } from './findings.ts';
import { type MessageLimits, messageLimits } from './message-limits.ts';
import { requestBytes } from './request-bytes.ts';

/** A block of a message, which is missing where a problem stood in its way. */
export type Standing = { kind: string; block: ContentBlock | undefined; place: Place };

/** Looks at the blocks one by one, and at the message as a whole. */
export function checkMessage(role: Role, standings: readonly Standing[], limits: MessageLimits, report: Report): void {
  for (const standing of standings) {
    checkRole(role, standing, report);
    if (standing.block !== undefined) checkBlock(standing.block, standing.place, report);
  }
  if (standings.length === 0) report.problems.push({ path: 'content', code: 'empty_message' });
  checkDocumentsHaveText(standings, report);
  checkCounts(standings, limits, report);
  const content = standings.flatMap(({ block }) => block ?? []);
  const received = requestBytes({ role, content });
  const measure = { path: '', code: 'request_too_large', received, limit: limits.requestBytes } as const;
  checkLimit(measure, messageLimits.requestBytes, report);
}

/** What only some roles may say. A kind that is not here may stand anywhere. */
const kindsByRole = {
  user: ['image', 'document', 'video', 'audio', 'toolResult', 'searchResult', 'guardContent'],
  assistant: ['toolUse', 'reasoningContent', 'citationsContent'],
  system: ['toolAddition', 'toolRemoval', 'guardContent'],
};

function checkRole(role: Role, { kind, place }: Standing, { problems }: Report): void {
  const roles = Object.entries(kindsByRole).flatMap(([role, kinds]) => (kinds.includes(kind) ? role : []));
  if (roles.length === 0 || roles.includes(role)) return;
  problems.push({ ...place, code: 'wrong_role', received: role, kind, detail: roles.join(' or ') });
}

function checkDocumentsHaveText(standings: readonly Standing[], { problems }: Report): void {
  const document = standings.find(({ kind }) => kind === 'document');
  if (document === undefined || standings.some(({ kind }) => kind === 'text')) return;
  problems.push({ ...document.place, code: 'document_without_text' });
}

const counted = [
  ['image', 'too_many_images', 'imagesPerRequest'],
  ['document', 'too_many_documents', 'documentsPerRequest'],
  ['video', 'too_many_videos', 'videosPerRequest'],
  ['cachePoint', 'too_many_cache_points', 'cachePointsPerRequest'],
] as const;

function checkCounts(standings: readonly Standing[], limits: MessageLimits, report: Report): void {
  const path = 'content';
  const blocks = { path, code: 'too_many_blocks', received: standings.length, limit: limits.blocksPerMessage } as const;
  checkLimit(blocks, Number.POSITIVE_INFINITY, report);

  const kinds = standings.flatMap(({ kind, block }) => [
    kind,
    ...(block?.toolResult?.content ?? []).flatMap(Object.keys),
  ]);
  for (const [kind, code, name] of counted) {
    const received = kinds.filter((each) => each === kind).length;
    checkLimit({ path, code, received, limit: limits[name] }, messageLimits[name], report);
  }
}
