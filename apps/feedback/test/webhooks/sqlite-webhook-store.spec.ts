import { SqliteStore } from '#libs/storage';
import { SqliteWebhookStore, webhookMigrations } from '../../src/webhooks/sqlite-webhook-store.ts';
import { webhookStoreContract } from '../../src/webhooks/webhook.contract.ts';

webhookStoreContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(webhookMigrations);
  return new SqliteWebhookStore(store);
});
