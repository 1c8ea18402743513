import type { ConverseRequest } from '@outcrop/converse';
import { type Run, warn } from './run.ts';

/** Blank texts of the system prompt go; a model that takes no system prompt is not asked to. */
export function prepareSystem(request: ConverseRequest, run: Run): ConverseRequest {
  const { system } = request;
  if (system === undefined) return request;
  const kept = system.filter((block, index) => {
    if (typeof block.text === 'string') run.seen.bytes += block.text.length;
    if (block.text === undefined || block.text.trim() !== '') return true;
    warn(run, 'blank_text', `system[${index}]`);
    return false;
  });
  const said = kept.findIndex((block) => block.cachePoint === undefined);
  if (said >= 0 && run.traits.systemPrompt === false) {
    const message = 'the model takes no system prompt: say it in the first turn of the user.';
    run.unsupported.push({ feature: 'system', path: `system[${said}]`, message });
  }
  if (kept.length === system.length) return request;
  if (said >= 0) return { ...request, system: kept };
  const { system: _, ...rest } = request;
  return rest;
}
