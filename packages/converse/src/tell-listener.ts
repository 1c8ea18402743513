/**
 * Tells a listener, if there is one, of something. What it throws, at once or later, is its own bug and never the call's: the work goes
 * on, and the error goes to `report`.
 *
 * @example
 * ```ts
 * import { type CallEvent, tellListener } from '@outcrop/converse';
 *
 * declare const onEvent: ((event: CallEvent) => void) | undefined;
 *
 * tellListener(onEvent, { type: 'warning', warning: { code: 'cache_point_moved', message: 'It stands last now.' } });
 * ```
 *
 * @param report By itself it is the platform's `reportError`, as for a listener of an `EventTarget` in a page, or, where
 * there is none, as in Node, `console.error`. Both name the error with its stack, and neither ends the process.
 */
export function tellListener<Event>(
  listener: ((event: Event) => unknown) | undefined,
  event: Event,
  report: (error: unknown) => void = reportFault,
): void {
  try {
    const told = listener?.(event);
    if (told instanceof Promise) told.catch(report);
  } catch (error) {
    report(error);
  }
}

function reportFault(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (reportError) reportError(error);
  else console.error('outcrop: a listener of events has thrown.', error);
}
