export { SqliteStore, type SqliteOptions } from './sqlite-store.ts';
export type { Migration } from './migration.ts';
export { isUniqueClash } from './storage-failure.ts';
export { DataFolder } from './data-folder.ts';
