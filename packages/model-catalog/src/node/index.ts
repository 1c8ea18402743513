export { cacheFolder } from './cache-folder.ts';
export { type OpenCatalogOptions, type OpenedCatalog, openCatalog } from './open-catalog.ts';
