import { EventParts, eventMigrations, startHttp } from '#libs/testing/http';
import { feedback } from '../../src/feedback.module.ts';

describe('GET /v1/system', () => {
  it('says for how long what is kept, as the settings have it', async () => {
    const settings = feedback.settings.parse({ SEND_RETENTION_DAYS: '0.5', RECEIPT_RETENTION_DAYS: '12', WEBHOOK_RETENTION_DAYS: '9' });
    const http = await startHttp({ imports: [EventParts.embedded(), feedback.module(settings, 'embedded')], migrations: eventMigrations });
    try {
      const { status, body } = await http.call('GET', '/v1/system', { key: http.keys.admin });

      expect(status).toBe(200);
      expect(body).toMatchObject({
        retentionDays: { sends: 0.5, receipts: 12, activity: 7, webhookDeliveries: 9, statistics: 1_825 },
      });
    } finally {
      await http.close();
    }
  });
});
