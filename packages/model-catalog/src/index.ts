export {
  CatalogError,
  type CatalogErrorCode,
  type CatalogErrorDetails,
  isCatalogError,
  type NearestModel,
} from './catalog-error.ts';
export { type Ability, abilities } from './find.ts';
export { type Catalog, type CatalogOptions, createCatalog, type FindOptions } from './model-catalog.ts';
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
