import type { Converse, ConverseError, ConverseErrorCode } from '@outcrop/converse';
import type { Script } from '@outcrop/converse/testing';

/** How the suite makes an implementation do what a behaviour needs. */
export type ConverseHarness = {
  /**
   * A Converse whose service answers as scripted. An error that stands alone is the service's refusal of the call, an
   * error in a list comes inside the stream. The signal that a step is given has to fire when the service sees that
   * its caller is gone: this is how the suite knows that a connection was let go.
   */
  arrange(script: Script): Converse | Promise<Converse>;
  /**
   * What the service said first, where the error of a refused call is about all that was tried. Errors in the middle of
   * a stream are always the service's own. @default the error's own code
   */
  refusalOf?(error: ConverseError): ConverseErrorCode | undefined;
  /** Resolves when nothing moves any more by itself. @default a few turns of the event loop */
  settle?(): Promise<void>;
  /** How many events of 32 kB may be under way between service and reader. @default 1 */
  slack?: number;
  close?(): void | Promise<void>;
};

/** What some implementations can't be made to show, because their wire has no way to say it. */
export type Feature =
  | 'back_pressure'
  | 'block_stops'
  | 'cache_usage'
  | 'call_events'
  | 'in_band_errors'
  | 'interleaved_blocks'
  | 'missing_bounds'
  | 'missing_usage'
  | 'reasoning'
  | 'tools'
  | 'truncation'
  | 'unknown_blocks'
  | 'unknown_events'
  | 'unknown_stop_reasons';

/** What is known about the implementation before it runs. */
export type ContractOptions = {
  /** Behaviours that need one of these are skipped, and the report shows it. */
  lacks?: readonly Feature[];
};
