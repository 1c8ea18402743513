import type { ToolConfig, ToolSpec, Warning } from '@outcrop/converse';
import { unsupported } from './refuse.ts';
import { cachePointDropped, keyOf } from './turns.ts';

/** The tools of a body that knows them by their name and schema only. */
export function toolSpecsOf({ tools }: ToolConfig, format: string, warnings: Warning[]): ToolSpec[] {
  return tools.flatMap((tool, index) => {
    if (tool.toolSpec) return [tool.toolSpec];
    const path = `toolConfig.tools[${index}].${keyOf(tool)}`;
    if (!tool.cachePoint) throw unsupported(format, keyOf(tool), path, 'knows tools by their name and schema only');
    warnings.push(cachePointDropped(format, path));
    return [];
  });
}

/** Refuses to force a tool, where the model alone can decide. */
export function refuseToolChoice({ toolChoice }: ToolConfig, format: string): void {
  if (!toolChoice || toolChoice.auto) return;
  throw unsupported(format, 'toolChoice', 'toolConfig.toolChoice', 'can only leave it to the model');
}
