export type { Catalog, CatalogMigration, CatalogStatus } from './types.ts';
