import type { ContentBlock, ConverseRequest, ModelTraits } from '@outcrop/converse';

/** Something that a request may ask for and a model may refuse. */
export type Feature = keyof typeof features;

/** A feature that may be left out, if the caller allows it. */
export type DroppableFeature = Exclude<Feature, 'guardrailConfig'>;

type Droppable = Required<FeatureRules>;

type FeatureRules = {
  /** Whether the request asks for it. */
  asked: (request: ConverseRequest, isStreamed: boolean) => boolean;
  /** What the traits say: `false` that the model does not have it, `undefined` that nobody knows. */
  known: (traits: ModelTraits) => boolean | undefined;
  /** The request without it. Left out: it is never dropped. */
  without?: (request: ConverseRequest) => ConverseRequest;
};

/** What a model may refuse, in the order in which it is left out: what changes the answer least goes first. */
export const features = {
  cachePoint: {
    asked: ({ system, messages, toolConfig }) =>
      [...(system ?? []), ...(toolConfig?.tools ?? []), ...(messages ?? []).flatMap(({ content }) => content)].some(
        (block) => 'cachePoint' in block,
      ),
    known: ({ caching }) => caching?.supported,
    without: ({ system, toolConfig, ...request }) => ({
      ...withoutBlocks(request, 'cachePoint'),
      ...(system && { system: system.filter((block) => !('cachePoint' in block)) }),
      ...(toolConfig && {
        toolConfig: { ...toolConfig, tools: toolConfig.tools.filter((tool) => !('cachePoint' in tool)) },
      }),
    }),
  },
  performanceConfig: field('performanceConfig', () => undefined),
  serviceTier: field('serviceTier', () => undefined),
  topP: sampling('topP', ({ sampling }) => sampling?.topP),
  temperature: sampling('temperature', ({ sampling }) => sampling?.temperature),
  stopSequences: sampling('stopSequences', ({ sampling }) => sampling?.stopSequences),
  additionalModelRequestFields: field('additionalModelRequestFields', () => undefined),
  outputConfig: field('outputConfig', () => undefined),
  toolChoice: {
    asked: ({ toolConfig }) => toolConfig?.toolChoice !== undefined,
    known: () => undefined,
    without: ({ toolConfig, ...request }) => ({
      ...request,
      ...(toolConfig && { toolConfig: { tools: toolConfig.tools } }),
    }),
  },
  audio: media('audio'),
  video: media('video'),
  document: media('document'),
  image: media('image'),
  streaming_tools: {
    asked: ({ toolConfig }, isStreamed) => isStreamed && toolConfig !== undefined,
    known: ({ tools }) => tools?.streaming,
    without: withoutTools,
  },
  toolConfig: {
    asked: ({ toolConfig }) => toolConfig !== undefined,
    known: ({ tools }) => tools?.supported,
    without: withoutTools,
  },
  system: field('system', ({ systemPrompt }) => systemPrompt),
  guardrailConfig: {
    asked: ({ guardrailConfig }) => guardrailConfig !== undefined,
    known: ({ guardrails }) => guardrails,
  },
} as const satisfies Record<string, FeatureRules>;

/** All features that the request asks for, in the order in which they would be left out. */
export function featuresOf(request: ConverseRequest, isStreamed: boolean): Feature[] {
  return (Object.keys(features) as Feature[]).filter((feature) => features[feature].asked(request, isStreamed));
}

/** Which of the features an error means: it may name a part of one, such as a key of the additional fields. */
export function featureMeant(name: string, request: ConverseRequest, isStreamed: boolean): Feature | undefined {
  const fields = request.additionalModelRequestFields;
  const isField = typeof fields === 'object' && fields !== null && name in fields;
  const feature = isField ? 'additionalModelRequestFields' : (partOf[name] ?? name);
  return featuresOf(request, isStreamed).find((each) => each === feature);
}

const partOf: Readonly<Record<string, Feature>> = { textFormat: 'outputConfig', effort: 'outputConfig' };

/** The request without that. The caller's own is not changed. */
export function withoutFeature(request: ConverseRequest, feature: DroppableFeature): ConverseRequest {
  return features[feature].without(request);
}

function field(name: keyof ConverseRequest, known: FeatureRules['known']): Droppable {
  return {
    asked: (request) => request[name] !== undefined,
    known,
    without: ({ [name]: _, ...request }) => request,
  };
}

function sampling(name: 'topP' | 'temperature' | 'stopSequences', known: FeatureRules['known']): Droppable {
  return {
    asked: ({ inferenceConfig }) => inferenceConfig?.[name] !== undefined,
    known,
    without: ({ inferenceConfig, ...request }) => {
      const { [name]: _, ...rest } = inferenceConfig ?? {};
      return { ...request, inferenceConfig: rest };
    },
  };
}

function media(kind: 'audio' | 'video' | 'document' | 'image'): Droppable {
  return {
    asked: ({ messages = [] }) => messages.some(({ content }) => content.some((block) => kind in block)),
    known: ({ input }) => input?.[kind],
    without: (request) => withoutBlocks(request, kind),
  };
}

function withoutTools({ toolConfig: _, ...request }: ConverseRequest): ConverseRequest {
  return withoutBlocks(request, 'toolUse', 'toolResult');
}

/** A turn that nothing is left of goes too. */
function withoutBlocks(request: ConverseRequest, ...kinds: (keyof ContentBlock)[]): ConverseRequest {
  const messages = request.messages?.flatMap((message) => {
    const content = message.content.filter((block) => !kinds.some((kind) => kind in block));
    return content.length > 0 ? [{ ...message, content }] : [];
  });
  return { ...request, ...(messages && { messages }) };
}
