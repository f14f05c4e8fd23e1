import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormatName } from '../../src/imports/import-formats.ts';
import { RunImports } from '../../src/imports/run-imports.ts';
import { RegistrationHttp, type Json } from '../registration-http.ts';

const token = (n: number): string => n.toString(16).padStart(64, '0');

/** Sample files of ours in the shape that other systems write. */
describe('files of other systems', () => {
  let http: RegistrationHttp;

  beforeAll(async () => {
    http = await RegistrationHttp.start();
  });

  afterAll(() => http.close());

  async function imported(format: FormatName, file: string): Promise<{ readonly job: Json; readonly problems: readonly string[] }> {
    const { body } = await http.call('POST', 'imports', { body: { format } });
    const id = String(body['id']);
    const bytes = readFileSync(join(import.meta.dirname, 'fixtures', file));
    await http.call('PUT', `imports/${id}/parts/1`, { body: bytes, headers: { 'content-type': 'application/octet-stream' } });
    await http.call('POST', `imports/${id}/start`);
    await http.http.app.get(RunImports).execute();
    const job = (await http.call('GET', `imports/${id}`)).body;
    const problems = (job['errors'] as { line: number; pointer: string; rejected: boolean }[]).map(
      ({ line, pointer, rejected }) => `${line}${rejected ? '!' : ''} ${pointer}`,
    );
    return { job, problems };
  }

  const holder = async (provider: string, held: unknown): Promise<Json> => {
    const { body } = await http.call('POST', 'tokens/lookup', { body: { provider, token: held } });
    return (await http.get(String(body['installation']))).body;
  };

  it('carries registrations and installations of Azure Notification Hubs', async () => {
    const { job, problems } = await imported('azure', 'azure.jsonl');

    expect(job).toMatchObject({ state: 'done', lines: 9, created: 5, rejected: 4 });
    expect(problems).toEqual([
      '2 /BodyTemplate',
      '4! ',
      '5 /templates/odd',
      '5 /templates/tagged',
      '7! /pushChannelExpired',
      '8! /tags/0',
      '9! ',
    ]);
    expect((await http.get('az-1')).body).toMatchObject({ provider: 'apns', externalId: 'ada', tags: ['news'], expiresAt: null });
    expect(await holder('apns', token(0xa1))).toMatchObject({ id: 'az-1' });
    expect(await holder('apns', token(0xa2))).toMatchObject({ externalId: null, tags: ['news'] });
    expect((await http.get('az-5')).body).toMatchObject({
      provider: 'fcm',
      externalId: 'grace',
      tags: ['news', 'vip'],
      expiresAt: '2030-01-01T00:00:00.123Z',
      templates: { hello: { body: '{"notification":{"title":"$(title)"}}' }, tagged: { body: '{"data":{"m":"$(m)"}}' } },
      pushVariables: { name: 'Grace' },
    });
    expect((await http.get('az-6')).body).toMatchObject({ platform: 'web', provider: 'webpush', notificationsEnabled: true });
  });

  it('carries the devices of App Center', async () => {
    const { job, problems } = await imported('appcenter', 'appcenter.jsonl');

    expect(job).toMatchObject({ lines: 4, created: 3, rejected: 1 });
    expect(problems).toEqual(['1 /custom_properties/deep', '1 /device/time_zone_offset', '4! /device/os_name']);
    expect((await http.get('3f2504e0-4f89-41d3-9a0c-0305e82c3301')).body).toMatchObject({
      externalId: 'ada', bundleId: 'com.example.shop', locale: 'en-GB', country: 'GB', attributes: { plan: 'gold', age: 41 }, appVersion: '4.2.0',
    }); // prettier-ignore
    expect((await http.get('3f2504e0-4f89-41d3-9a0c-0305e82c3302')).body).toMatchObject({ provider: 'fcm', osVersion: '10' });
    expect((await http.get('3f2504e0-4f89-41d3-9a0c-0305e82c3303')).body).toMatchObject({ notificationsEnabled: false });
  });

  it('carries people, devices and subscriptions of Braze', async () => {
    const { job, problems } = await imported('braze', 'braze.jsonl');

    expect(job).toMatchObject({ lines: 4, created: 4, rejected: 1 });
    expect(problems).toEqual(['1 /custom_attributes/address', '1 /custom_events', '1 /push_tokens/2/platform', '4! /push_tokens']);
    expect((await http.get('dev-1')).body).toMatchObject({
      externalId: 'ada', model: 'iPhone 15', osVersion: '17.4', appVersion: '4.2.0', timeZone: 'Europe/London', country: 'GB', notificationsEnabled: true,
      firstSeenAt: '2024-01-01T08:00:00.000Z', lastSeenAt: '2026-11-01T08:00:00.000Z',
    }); // prettier-ignore
    expect((await http.get('dev-2')).body).toMatchObject({ provider: 'fcm', notificationsEnabled: false, osVersion: '14' });
    expect((await http.get('dev-4')).body).toMatchObject({ externalId: null });
  });

  it('carries the subscriptions of OneSignal', async () => {
    const { job, problems } = await imported('onesignal', 'onesignal.csv');

    expect(job).toMatchObject({ lines: 6, created: 4, rejected: 2 });
    expect(problems).toEqual(['5! /token', '6! /device_type']);
    expect((await http.get('9b1f7c6e-0001-4000-8000-000000000001')).body).toMatchObject({
      externalId: 'ada', tags: ['vip'], attributes: { plan: 'gold', vip: '1' }, timeZone: 'Europe/London', model: 'iPhone15,2', environment: 'production',
    }); // prettier-ignore
    expect((await http.get('9b1f7c6e-0001-4000-8000-000000000002')).body).toMatchObject({ provider: 'fcm', notificationsEnabled: false });
    expect((await http.get('9b1f7c6e-0001-4000-8000-000000000003')).body).toMatchObject({
      provider: 'webpush',
      notificationsEnabled: true,
    });
    expect((await http.get('9b1f7c6e-0001-4000-8000-000000000006')).body).toMatchObject({ environment: 'sandbox' });
  });

  it('carries endpoints of Pinpoint', async () => {
    const { job, problems } = await imported('pinpoint', 'pinpoint.jsonl');

    expect(job).toMatchObject({ lines: 4, created: 3, rejected: 1 });
    expect(problems).toEqual(['1 /Location/City', '3! /ChannelType']);
    expect((await http.get('pin-1')).body).toMatchObject({
      externalId: 'ada', attributes: { Interests: ['science', 'music'], plan: 'gold', visits: 3 }, location: { lat: 51.5, lon: -0.1 }, locale: 'en-GB',
    }); // prettier-ignore
    expect((await http.get('pin-2')).body).toMatchObject({ notificationsEnabled: false });
    expect((await http.get('pin-4')).body).toMatchObject({ environment: 'sandbox' });
  });

  it('carries platform endpoints of SNS', async () => {
    const { job, problems } = await imported('pinpoint', 'sns.csv');

    expect(job).toMatchObject({ lines: 3, created: 2, rejected: 1 });
    expect(problems).toEqual(['4! /EndpointArn']);
    expect((await http.get('5e3e9847-3183-3f18-a7e8-671c3a57d4b3')).body).toMatchObject({ attributes: { customUserData: 'customer 42' } });
    expect((await http.get('5e3e9847-3183-3f18-a7e8-671c3a57d4b4')).body).toMatchObject({ provider: 'fcm', notificationsEnabled: false });
  });

  it('carries installations of AeroGear UnifiedPush', async () => {
    const { job, problems } = await imported('unifiedpush', 'unifiedpush.json');

    expect(job).toMatchObject({ lines: 3, created: 2, rejected: 1 });
    expect(problems).toEqual(['3! /operatingSystem']);
    expect(await holder('apns', token(0xf1))).toMatchObject({
      externalId: 'ada',
      tags: ['football', 'my_sport'],
      model: 'iPad',
      osVersion: '9.0',
    });
    expect(await holder('fcm', 'cUnified2:APA91bUnifiedRegistrationTokenNumberTwoAbCdEf')).toMatchObject({
      notificationsEnabled: false,
      tags: ['lead'],
    });
  });
});
