import type { StopReason } from '@outcrop/converse';

/** The reason in Converse's words, or as it is. */
export function stopReasonIn(table: { readonly [reason: string]: StopReason }, reason: string): StopReason {
  return (Object.hasOwn(table, reason) ? table[reason] : undefined) ?? reason;
}
