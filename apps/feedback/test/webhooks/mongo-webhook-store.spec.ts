import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { MongoWebhookStore, deliveryCollection, webhookCollection } from '../../src/webhooks/mongo-webhook-store.ts';
import { webhookStoreContract } from '../../src/webhooks/webhook.contract.ts';

describeWithEngines('webhooks on MongoDB', ({ MONGODB_URI }) => {
  const open = testMongoStores(MONGODB_URI, [webhookCollection, deliveryCollection]);

  webhookStoreContract('MongoDB', async () => new MongoWebhookStore(await open()));
});
