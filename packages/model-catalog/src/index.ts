export {
  type Configuration,
  type ConfigurationReport,
  getAvailableModels,
  getAvailableRegions,
  getModelAccessInfo,
  type ModelAccessInfo,
  validateConfiguration,
} from './access.ts';
export {
  CatalogError,
  type CatalogErrorCode,
  type CatalogErrorDetails,
  isCatalogError,
  type NearestModel,
} from './catalog-error.ts';
export { type CostOptions, costOf } from './cost.ts';
export { estimateTokens, type TokenEstimate } from './estimate-tokens.ts';
export { type Ability, abilities, isAble } from './find.ts';
export type { FoundationModelSummary, InferenceProfileSummary, ListRegion, RegionListing } from './listing.ts';
export { type Catalog, type CatalogOptions, createCatalog, type FindOptions } from './model-catalog.ts';
export { type RefreshedCatalog, type RefreshOptions, refreshCatalog } from './refresh.ts';
export type { CatalogRoute, RouteOptions } from './routes.ts';
export {
  bundledSnapshot,
  type CatalogModel,
  type CatalogSnapshot,
  type Price,
  type Profile,
  type Rates,
  type Source,
} from './snapshot.ts';
