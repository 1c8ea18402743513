import { type CallEvent, tellListener } from '@outcrop/converse';

/** Where lines go: `console` is one. */
export type Logger = { [Method in LogMethod]: (...line: unknown[]) => void };
type LogMethod = 'debug' | 'info' | 'warn' | 'error';

/** From which level on lines are written, by name or by the number that it has in Python's logging. */
export type LogLevel = keyof typeof levels | Uppercase<keyof typeof levels> | number;

const levels = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

/** A listener that writes events to a logger. Nothing of a prompt or of a reply is in an event. */
export function logTo(logger: Logger, level: LogLevel = 'warning'): (event: CallEvent) => void {
  const least = typeof level === 'number' ? level : levels[level.toLowerCase() as keyof typeof levels];
  const write = (at: keyof typeof levels, method: LogMethod, line: string) => {
    if (levels[at] >= least) logger[method](`outcrop: ${line}`);
  };
  return (event) => {
    switch (event.type) {
      case 'attempt':
        return write('debug', 'debug', `attempt ${event.attempt} at ${event.target.model} in ${event.target.region}`);
      case 'throttle':
        return write(
          'info',
          'info',
          `${event.target.model} in ${event.target.region} throttles; room in ${Math.round(event.waitMs)} ms`,
        );
      case 'failover':
        return write(
          'warning',
          'warn',
          `${event.from.model} in ${event.from.region} failed (${event.error.code}): on to ${event.to.model} in ${event.to.region}`,
        );
      case 'reply':
        return write(
          'debug',
          'debug',
          `reply of ${event.attempt.target.model} in ${event.attempt.target.region} after ${Math.round(event.attempt.durationMs)} ms`,
        );
      case 'warning':
        return write('warning', 'warn', `${event.warning.code}: ${event.warning.message}`);
    }
  };
}

/** Errors of listeners are a bug beside the calls, so no level hides them. */
export function faultsTo(logger: Logger): (error: unknown) => void {
  // Where this fails too, the platform is told.
  return (error) => tellListener((fault) => logger.error('outcrop: a listener of events has thrown.', fault), error);
}

export function isLogLevel(level: unknown): level is LogLevel {
  if (typeof level === 'number') return !Number.isNaN(level);
  return typeof level === 'string' && Object.hasOwn(levels, level.toLowerCase());
}
