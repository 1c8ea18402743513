import { converseLimits } from '@outcrop/converse';
import { constraint, fromModel, isClaude, type Rules } from './rule.ts';

/** Where prompts can be cached. */
export const cachingRules: Rules = [
  {
    id: 'cache_type',
    on: 'cachePoint',
    source: 'service model, CachePointType',
    check: ({ type }, { at }) =>
      type !== 'default' && constraint(type, `${at}.cachePoint.type`, 'satisfy enum value set: [default]'),
  },
  {
    id: 'cache_ttl_known',
    on: 'cachePoint',
    source: 'service model, CacheTTL',
    check: ({ ttl }, { at }) =>
      ttl !== undefined &&
      ttl !== '5m' &&
      ttl !== '1h' &&
      constraint(ttl, `${at}.cachePoint.ttl`, 'satisfy enum value set: [5m, 1h]'),
  },
  {
    id: 'caching_unsupported',
    on: 'cachePoint',
    source: 'user guide, prompt caching; error text, Bedrock',
    error: 'AccessDeniedException',
    feature: 'cachePoint',
    check: (_, { traits }) =>
      traits.caching?.supported === false &&
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
  },
  {
    id: 'cache_place',
    on: 'cachePoint',
    source: 'user guide, prompt caching: places by model; error text, Nova (BerriAI/litellm#17479)',
    feature: 'cachePoint',
    check: (_, { traits, place, at }) =>
      traits.caching?.places !== undefined &&
      !traits.caching.places.includes(place) &&
      `Malformed input request: #/${at.replaceAll('.', '/')}: extraneous key [cachePoint] is not permitted, please reformat your input and try again.`,
  },
  {
    id: 'cache_ttl_unsupported',
    on: 'cachePoint',
    source: 'user guide, prompt caching: TTLs by model; wording not verified',
    feature: 'cachePoint.ttl',
    check: ({ ttl }, { traits }) =>
      ttl !== undefined &&
      traits.caching?.ttls !== undefined &&
      !traits.caching.ttls.includes(ttl) &&
      `This model doesn't support a cachePoint.ttl of ${ttl}. Remove cachePoint.ttl and try again.`,
  },
  {
    id: 'cache_ttl_order',
    on: 'cachePoint',
    source: 'user guide, prompt caching; error text, Claude',
    check: ({ ttl }, { seen, at }) => {
      if (ttl !== '1h') seen.shortCache = true;
      return (
        ttl === '1h' &&
        seen.shortCache &&
        fromModel(
          `${at}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
        )
      );
    },
  },
  {
    id: 'cache_point_first',
    on: 'cachePoint',
    source: 'user guide, prompt caching: a checkpoint follows what it caches; wording not verified',
    // Whether a later turn may begin with one is not known.
    check: (_, { index, at, place }) =>
      index === 0 &&
      (place !== 'messages' || at === 'messages.0.content.0') &&
      `The cachePoint at ${at} follows no content. Move it behind the content to cache and try again.`,
  },
  {
    id: 'cache_after_text_document',
    on: 'cachePoint',
    source: 'reports of users (pizza-bot#6): not right after a text document; wording not verified',
    check: (_, { before, at }) =>
      before?.document !== undefined &&
      (before.document.source.text !== undefined || before.document.format === 'txt') &&
      `The cachePoint at ${at} can't follow a text document. Move it behind a text block and try again.`,
  },
  {
    id: 'cache_point_count',
    on: 'whole',
    source: 'user guide, prompt caching; error text, Claude',
    check: (_, { seen, traits }) => {
      const most = traits.caching?.maxPoints ?? converseLimits.cachePointsPerRequest;
      return (
        seen.cachePoint > most &&
        fromModel(`A maximum of ${most} blocks with cache_control may be provided. Found ${seen.cachePoint}.`)
      );
    },
  },
  {
    id: 'cache_with_optimized_latency',
    on: 'cachePoint',
    source: 'error text, Claude (boto/boto3#4626)',
    feature: 'cachePoint',
    check: (_, context) =>
      isClaude(context) &&
      context.request.performanceConfig?.latency === 'optimized' &&
      // It is told of the block before, which Claude marks instead.
      fromModel(
        `${context.at.replace(/\d+$/, (index) => String(Number(index) - 1))}.cache_control: Extra inputs are not permitted`,
      ),
  },
];
