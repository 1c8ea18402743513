import type { CachePoint, ContentBlock, ConverseRequest, SystemBlock, Tool } from '@outcrop/converse';
import { converseLimits } from '@outcrop/converse';
import type { RepairCode } from './repairs.ts';
import { pathOf, type Run, warn } from './run.ts';

/** The places in which Bedrock puts a request together for the model: what comes first is cached first. */
export type Place = 'tools' | 'system' | 'messages';

type Block = Tool | SystemBlock | ContentBlock;

type Point = {
  place: Place;
  message: number;
  index: number;
  path: string;
  point: CachePoint;
  /** What stands before it in its list, other points apart. */
  before: Block | undefined;
  dropped?: boolean;
  better?: CachePoint;
};

/**
 * Cache points never change an answer, so one that the model refuses goes. Of too many those go that tell least:
 * the oldest of the messages first.
 */
export function prepareCachePoints(request: ConverseRequest, run: Run): ConverseRequest {
  const points = pointsOf(request, run);
  if (points.length === 0) return request;
  for (const each of points) {
    const fault = faultOf(each, run);
    if (fault) drop(each, fault, run);
  }
  dropSurplus(points, run);
  orderTtls(points, run);
  return points.some(({ dropped, better }) => dropped || better) ? withPoints(request, points) : request;
}

function pointsOf(request: ConverseRequest, run: Run): Point[] {
  const points: Point[] = [];
  const collect = (place: Place, blocks: readonly Block[], message: number, path: (index: number) => string) => {
    let before: Block | undefined;
    for (let index = 0; index < blocks.length; index++) {
      const point = blocks[index]?.cachePoint;
      if (point) points.push({ place, message, index, path: path(index), point, before });
      else before = blocks[index];
    }
  };
  if (request.toolConfig) {
    collect('tools', request.toolConfig.tools, -1, (index) => `toolConfig.tools[${index}]`);
  }
  if (request.system) collect('system', request.system, -1, (index) => `system[${index}]`);
  if (run.seen.cachePoints > 0) {
    for (const [at, message] of (request.messages ?? []).entries()) {
      collect('messages', message.content, at, (index) => pathOf(run, message, index));
    }
  }
  return points;
}

function faultOf({ place, before }: Point, { traits: { caching } }: Run): RepairCode | undefined {
  if (caching?.supported === false || caching?.places?.includes(place) === false) return 'cache_point_unsupported';
  if (before === undefined) return 'cache_point_first';
  const document = 'document' in before ? before.document : undefined;
  if (document !== undefined && document.format !== 'pdf') return 'cache_point_after_document';
  return undefined;
}

function dropSurplus(points: readonly Point[], run: Run): void {
  const left = points.filter(({ dropped }) => !dropped);
  const surplus = left.length - (run.traits.caching?.maxPoints ?? converseLimits.cachePointsPerRequest);
  const worth = ['messages', 'system', 'tools'];
  const byWorth = left.toSorted((a, b) => worth.indexOf(a.place) - worth.indexOf(b.place));
  for (const each of byWorth.slice(0, Math.max(0, surplus))) drop(each, 'cache_point_count', run);
}

/** An hour comes before five minutes, and where there are only five minutes there is no choice to be written down. */
function orderTtls(points: readonly Point[], run: Run): void {
  const { ttls } = run.traits.caching ?? {};
  const onlyShort = ttls?.includes('1h') === false;
  let short = false;
  for (const each of points) {
    if (each.dropped) continue;
    const { ttl, ...rest } = each.point;
    if (ttl !== undefined && onlyShort) {
      warn(run, 'cache_point_ttl', `${each.path}.cachePoint.ttl`);
      each.better = rest;
    } else if (ttl !== '1h') {
      short = true;
    } else if (short) {
      warn(run, 'cache_point_ttl_order', `${each.path}.cachePoint.ttl`);
      each.better = { ...rest, ttl: '5m' };
    }
  }
}

function drop(point: Point, code: RepairCode, run: Run): void {
  point.dropped = true;
  warn(run, code, point.path);
}

function withPoints(request: ConverseRequest, points: readonly Point[]): ConverseRequest {
  const prepared = { ...request };
  const byList = Map.groupBy(points, ({ place, message }) => (place === 'messages' ? message : place));
  if (prepared.toolConfig)
    prepared.toolConfig = { ...prepared.toolConfig, tools: rewritten(prepared.toolConfig.tools, byList.get('tools')) };
  if (prepared.system) prepared.system = rewritten(prepared.system, byList.get('system'));
  if (prepared.messages) {
    prepared.messages = prepared.messages.map((message, at) => {
      const content = rewritten(message.content, byList.get(at));
      return content === message.content ? message : { ...message, content };
    });
  }
  return prepared;
}

function rewritten<B extends Block>(blocks: B[], points: readonly Point[] = []): B[] {
  if (!points.some(({ dropped, better }) => dropped || better)) return blocks;
  const byIndex = new Map(points.map((point) => [point.index, point]));
  return blocks.flatMap((block, index) => {
    const { dropped, better } = byIndex.get(index) ?? {};
    if (dropped) return [];
    return [better ? ({ cachePoint: better } as B) : block];
  });
}
