const brand = Symbol.for('@outcrop/model-catalog/CatalogError');

/**
 * `unknown_model`: nothing has that name. `ambiguous_model`: several models might be meant. `no_route`: the model is
 * known, and cannot be reached from that region under those conditions.
 */
export type CatalogErrorCode = 'unknown_model' | 'ambiguous_model' | 'no_route';

/** What a {@link CatalogError} says beside its text. */
export type CatalogErrorDetails = {
  /** What was asked for, cut to a readable length. */
  asked: string;
  region?: string | undefined;
  /** Models that were perhaps meant, the nearest first. */
  nearest?: readonly NearestModel[] | undefined;
  /** Where the model can be called from under the same conditions. */
  regions?: readonly string[] | undefined;
};

/** A model that was perhaps meant, and where it can be called from. */
export type NearestModel = { name: string; regions: readonly string[] };

/** A name that means nothing here, or no way to what it means. Test for it with {@link isCatalogError}. */
export class CatalogError extends Error {
  static override readonly name = 'CatalogError';

  readonly code: CatalogErrorCode;
  readonly asked: string;
  readonly region: string | undefined;
  readonly nearest: readonly NearestModel[];
  readonly regions: readonly string[];

  constructor(code: CatalogErrorCode, message: string, details: CatalogErrorDetails) {
    super(message);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.asked = details.asked;
    this.region = details.region;
    this.nearest = details.nearest ?? [];
    this.regions = details.regions ?? [];
  }

  /** The same after a minifier. */
  override get name(): 'CatalogError' {
    return 'CatalogError';
  }
}

/** Whether it is a {@link CatalogError} of this or of any other installed copy of this package. */
export function isCatalogError(value: unknown): value is CatalogError {
  return typeof value === 'object' && value !== null && brand in value;
}
