import type { FactoryProvider } from '@nestjs/common';
import type { Migration } from './migration.ts';
import { SqliteStore } from './sqlite-store.ts';

/** The tables of a service, as a provider that stands before its adapters: they find them when they are built. */
export function tablesOf(service: string, migrations: readonly Migration[]): FactoryProvider {
  return {
    provide: `tables of ${service}`,
    useFactory: (store: SqliteStore) => {
      store.migrate(migrations);
      return store;
    },
    inject: [SqliteStore],
  };
}
