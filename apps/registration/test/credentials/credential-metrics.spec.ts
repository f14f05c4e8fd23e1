import { keepJournalWith } from '#libs/kernel';
import { AppRepository, CredentialRepository } from '#libs/access';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { MetricsRegistry } from '#libs/service';
import { generateKeyPairSync } from 'node:crypto';
import { NoteEndingCredentials } from '../../src/credentials/note-ending-credentials.ts';
import { CredentialMetrics } from '../../src/credentials/credential-metrics.ts';
import { CredentialsModule } from '../../src/credentials/credentials.module.ts';

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const day = 86_400;

describe('the metric of credentials that end', () => {
  let http: TestHttp;
  let metrics: MetricsRegistry;

  beforeEach(async () => {
    http = await startHttp({ imports: [CredentialsModule] });
    metrics = new MetricsRegistry();
    for (const app of ['shop', 'bank']) await http.keys.app(app);
    new CredentialMetrics(metrics, http.app.get(AppRepository), http.app.get(CredentialRepository), http.clock);
  });

  afterEach(() => http.close());

  async function put(app: string, end: object) {
    const body = { teamId: 'DEF123GHIJ', keyId: 'ABC123DEFG', privateKey, ...end };
    return http.call('PUT', `/v1/apps/${app}/credentials/apns`, { key: http.keys.admin, body });
  }

  const shown = async () => (await metrics.text()).split('\n').filter((line) => line.startsWith('carillon_credential_expires_seconds{'));

  it('tells how long each is still good, and counts on below zero', async () => {
    expect(await put('shop', { expiresAt: '2026-01-02T00:00:00Z' })).toMatchObject({ body: { expiresAt: '2026-01-02T00:00:00.000Z' } });
    expect(await put('bank', {})).toMatchObject({ body: { expiresAt: null } });

    expect(await shown()).toEqual([`carillon_credential_expires_seconds{app="shop",provider="apns"} ${day}`]);
    http.clock.advance(3 * day * 1_000);
    expect(await shown()).toEqual([`carillon_credential_expires_seconds{app="shop",provider="apns"} ${-2 * day}`]);
  });

  it('is written down once at 30, 14, 7 and 1 days before the end, and when it is over', async () => {
    const lines: string[] = [];
    const before = keepJournalWith((event, facts) => lines.push(`${event} ${String(facts['withinDays'])}`));
    const notes = new NoteEndingCredentials(http.app.get(AppRepository), http.app.get(CredentialRepository), http.clock);
    await put('shop', { expiresAt: '2026-02-10T00:00:00Z' });
    for (let days = 0; days < 42; days += 1) {
      await notes.execute();
      http.clock.advance(day * 1_000);
    }
    keepJournalWith(before);

    expect(lines).toEqual([30, 14, 7, 1].map((days) => `credential ends soon ${days}`).concat('credential ended 0'));
  });

  it('forgets the end of a credential that was replaced by one without', async () => {
    await put('shop', { expiresAt: '2026-01-02T00:00:00Z' });
    await shown();
    await put('shop', { expiresAt: null });
    http.clock.advance(60_000);

    expect(await shown()).toEqual([]);
  });
});
