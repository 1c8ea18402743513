import { type Checked, list, literal, object, record, string } from '../invoke/schema.ts';
import { assess, blockedMessage, type Guardrail } from './guardrail.ts';

/** The body of ApplyGuardrail. */
export const applyBody = object({
  source: literal('INPUT', 'OUTPUT'),
  content: list(object({ 'text?': object({ text: string(), 'qualifiers?': list(string()) }), 'image?': record })),
  'outputScope?': literal('INTERVENTIONS', 'FULL'),
});

/** What ApplyGuardrail answers. It looks at texts only. */
export function applyGuardrail({ source, content }: Checked<typeof applyBody>, guardrail: Guardrail): object {
  const texts = content.flatMap(({ text }) => (text ? [text.text] : []));
  const { assessment, usage, isBlocked, isMasked, masked } = assess(texts, guardrail);
  const message = (source === 'INPUT' ? guardrail.blockedInput : guardrail.blockedOutput) ?? blockedMessage;
  const outputs = isBlocked ? [{ text: message }] : isMasked ? masked.map((text) => ({ text })) : [];
  return {
    usage,
    action: isBlocked || isMasked ? 'GUARDRAIL_INTERVENED' : 'NONE',
    actionReason: isBlocked ? 'Guardrail blocked.' : isMasked ? 'Guardrail masked.' : 'No action.',
    outputs,
    assessments: [assessment],
    guardrailCoverage: assessment.invocationMetrics?.guardrailCoverage,
  };
}
