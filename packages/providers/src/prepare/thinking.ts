import type { ConverseRequest, ModelTraits } from '@outcrop/converse';

/** Whether the model will think before it answers, as far as the request and the traits say. */
export function isThinking({ additionalModelRequestFields: fields }: ConverseRequest, traits: ModelTraits): boolean {
  const asked = typeof fields === 'object' && fields !== null && 'thinking' in fields ? fields['thinking'] : undefined;
  const type = typeof asked === 'object' && asked !== null && 'type' in asked ? asked['type'] : undefined;
  if (type === 'enabled' || type === 'adaptive') return traits.reasoning?.supported !== false;
  return type === undefined && traits.reasoning?.defaultOn === true;
}
