import { CampaignApp, app } from './campaign-app.ts';

let campaign: CampaignApp;

beforeAll(async () => {
  campaign = await CampaignApp.open();
  for (const provider of ['apns', 'fcm'] as const) await campaign.credential(provider, true);
  await campaign.phone('p1', { user: '4711' });
});

afterAll(() => campaign.close());

interface Told {
  readonly status: number;
  readonly code?: string;
  readonly errors: { pointer: string; message: string }[];
  readonly warnings: { provider: string; field: string; why: string }[];
}

let events = 0;

/** The two ways to ask for a send. */
const doors: Record<string, (message: object, options?: object) => Promise<Told>> = {
  'POST …/sends': async (message, options = {}) => {
    const { status, body } = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message, options });
    const { code, errors = [], warnings = [] } = body as Partial<Told>;
    return { status, ...(code !== undefined && { code }), errors, warnings };
  },
  'send.requested.v1': async (message, options = {}) => {
    const data = { app, to: { users: ['4711'] }, message, options };
    const event = { specversion: '1.0', id: `e${events++}`, source: '/t', type: 'send.requested.v1', data };
    const headers = { 'content-type': 'application/cloudevents+json' };
    const { body } = await campaign.http.call('POST', '/v1/events', { key: campaign.key, body: event, headers });
    const [{ status, problem, warnings = [] } = {}] = body as { status?: string; problem?: Told; warnings?: Told['warnings'] }[];
    const errors = (problem?.errors ?? []).map((error) => ({ ...error, pointer: error.pointer.replace('/data', '') }));
    return { status: status === 'accepted' ? 202 : 400, ...(problem?.code !== undefined && { code: problem.code }), errors, warnings };
  },
};

const header = (headers: unknown) => ({ overrides: { apns: { headers } } });

/** Where, and what a provider would refuse there. */
const refused: [string, object][] = [
  ['/apns/aps', { apns: { aps: null } }],
  ['/apns/aps', { apns: { aps: 'x' } }],
  ['/apns/aps/alert', { apns: { aps: { alert: null } } }],
  ['/apns/aps/alert', { apns: { aps: { alert: { title: null } } } }],
  ['/apns/aps/alert', { apns: { aps: { alert: '' } } }],
  ['/apns/aps/alert/titel', { apns: { aps: { alert: { title: 'x', titel: 'x' } } } }],
  ['/apns/aps/badge', { apns: { aps: { badge: '5' } } }],
  ['/apns/aps/sound', { apns: { aps: { sound: 1 } } }],
  ['/apns/aps/sound/volume', { apns: { aps: { sound: { critical: 1, name: 'x', volume: 2 } } } }],
  ['/apns/aps/content-available', { apns: { aps: { 'content-available': true } } }],
  ['/apns/aps/interruption-level', { apns: { aps: { 'interruption-level': 'urgent' } } }],
  ['/apns/aps/relevance-score', { apns: { aps: { 'relevance-score': 2 } } }],
  ['/fcm/foo', { fcm: { foo: 1 } }],
  ['/fcm/notification', { fcm: { notification: 'x' } }],
  ['/fcm/notification', { fcm: { notification: null, webpush: null, apns: null } }],
  ['/fcm/notification/title', { fcm: { notification: { title: 1 } } }],
  ['/fcm/android', { fcm: { android: [] } }],
  ['/fcm/android/ttl', { fcm: { android: { ttl: '5' } } }],
  ['/fcm/android/ttl', { fcm: { android: { ttl: 5 } } }],
  ['/fcm/android/ttl', { fcm: { android: { ttl: '2419201s' } } }],
  ['/fcm/android/priority', { fcm: { android: { priority: 'urgent' } } }],
  ['/fcm/android/notification/visibility', { fcm: { android: { notification: { visibility: 'public' } } } }],
  ['/fcm/android/notification/notificationPriority', { fcm: { android: { notification: { notificationPriority: 'HIGH' } } } }],
  ['/fcm/android/notification/sticky', { fcm: { android: { notification: { sticky: 'yes' } } } }],
  ['/fcm/android/notification/title_loc_args/0', { fcm: { android: { notification: { title_loc_args: [1] } } } }],
  ['/fcm/android/notification/light_settings/color', { fcm: { android: { notification: { light_settings: { light_on_duration: '1s', light_off_duration: '1s' } } } } }],
  ['/fcm/android/collapseKey', { fcm: { android: { collapse_key: 'a', collapseKey: 'b' } } }],
  ['/fcm/fcmOptions', { fcm: { fcm_options: {}, fcmOptions: {} } }],
  ['/fcm/android/notification/channelId', { fcm: { android: { notification: { channelId: 'a', channel_id: 'b' } } } }],
  ['/fcm/webpush/headers/TTL', { fcm: { webpush: { headers: { TTL: 5 } } } }],
  ['/fcm/webpush/fcm_options/link', { fcm: { webpush: { fcm_options: { link: 'http://x.test' } } } }],
  ['/fcm/fcm_options/analytics_label', { fcm: { fcm_options: { analytics_label: 'a b' } } }],
  ['/fcm/apns/headers/apns-priority', { fcm: { apns: { headers: { 'apns-priority': 5 } } } }],
  ['/fcm/apns/payload/aps/badge', { fcm: { apns: { payload: { aps: { badge: 'x' } } } } }],
  ['/hms/topic', { hms: { topic: 'x' } }],
  ['/hms/foo', { hms: { foo: 1 } }],
  ['/hms/notification', { hms: { notification: 'x' } }],
  ['/hms/notification', { hms: { notification: null } }],
  ['/hms/data/n', { hms: { data: { n: 1 } } }],
  ['/hms/data/carillon', { hms: { data: { carillon: 'x' } } }],
  ['/hms/android/data', { hms: { android: { data: 'x' } } }],
  ['/hms/android/collapse_key', { hms: { android: { collapse_key: 101 } } }],
  ['/hms/android/collapse_key', { hms: { android: { collapse_key: '7' } } }],
  ['/hms/android/ttl', { hms: { android: { ttl: '1296001s' } } }],
  ['/hms/android/urgency', { hms: { android: { urgency: 'LOW' } } }],
  ['/hms/android/category', { hms: { android: { category: 'im' } } }],
  ['/hms/android/target_user_type', { hms: { android: { target_user_type: 2 } } }],
  ['/hms/android/notification/click_action', { hms: { android: { notification: { click_action: { type: 1 } } } } }],
  ['/hms/android/notification/click_action', { hms: { android: { notification: { click_action: { type: 2 } } } } }],
  ['/hms/android/notification/click_action/type', { hms: { android: { notification: { click_action: { type: 4 } } } } }],
  ['/hms/android/notification/badge/set_num', { hms: { android: { notification: { badge: { set_num: 100 } } } } }],
  ['/hms/android/notification/buttons', { hms: { android: { notification: { buttons: [{}, {}, {}, {}] } } } }],
  ['/baidu/channel_id', { baidu: { channel_id: '1' } }],
  ['/baidu/sign', { baidu: { sign: 'x' } }],
  ['/baidu/foo', { baidu: { foo: 1 } }],
  ['/baidu/msg', { baidu: { msg: 'x' } }],
  ['/baidu/msg', { baidu: { msg: null } }],
  ['/baidu/msg', { baidu: { msg: { title: null, description: null } } }],
  ['/baidu/msg/notification_basic_style', { baidu: { msg: { notification_basic_style: 8 } } }],
  ['/baidu/msg/open_type', { baidu: { msg: { open_type: 3 } } }],
  ['/baidu/msg/custom_content/n', { baidu: { msg: { custom_content: { n: 1 } } } }],
  ['/baidu/msg/custom_content/carillon', { baidu: { msg: { custom_content: { carillon: 'x' } } } }],
  ['/baidu/msg_type', { baidu: { msg_type: 2 } }],
  ['/baidu/msg_expires', { baidu: { msg_expires: 604_801 } }],
  ['/baidu/deploy_status', { baidu: { deploy_status: 3 } }],
  ['/baidu/topic_id', { baidu: { topic_id: 'a b' } }],
]; // prettier-ignore

/** What providers take. */
const taken: object[] = [
  {
    hms: {
      android: {
        category: 'IM',
        target_user_type: 1,
        collapse_key: -1,
        ttl: '1296000s',
        urgency: 'NORMAL',
        notification: { click_action: { type: 2, url: 'https://x.test' }, style: 1 },
      },
    },
  },
  {
    hms: {
      data: { a: 'b' },
      notification: { title: 'x', image: null },
      android: { notification: { click_action: { type: 1, intent: 'intent://x' }, badge: { add_num: 1, class: 'a.B' } } },
    },
  },
  {
    baidu: {
      msg: { title: 'x', description: '{{ 1 }}', custom_content: { a: 'b' }, aps: { badge: 1 }, open_type: 1, url: 'https://x.test' },
    },
  },
  { baidu: { msg_type: 1, msg_expires: 0, deploy_status: 1, topic_id: 'spring_26' } },
  { apns: { aps: { alert: 'x', badge: 0, sound: { critical: 1, name: 'x', volume: 0.5 }, 'thread-id': 't', own: [1] }, extra: [null, 1] } },
  { apns: { aps: { alert: { 'loc-key': 'K', 'loc-args': ['a'] }, 'relevance-score': 1, 'mutable-content': 1, badge: '{{ 1 }}' } } },
  { fcm: { android: { ttl: '3.5s', priority: 'high', collapseKey: 'k', notification: { notification_count: 3, visibility: 'PUBLIC' } } } },
  { fcm: { android: { priority: '{{ variables.p }}', ttl: '{{ 5 }}s', bandwidth_constrained_ok: true }, foo: null } },
  { fcm: { webpush: { headers: { Urgency: 'low' }, notification: { vibrate: [1], data: {} }, fcmOptions: { link: 'https://x.test' } } } },
  { fcm: { apns: { payload: { aps: { alert: 'x' }, mine: 1 }, fcm_options: { image: 'https://x.test' } } } },
];

describe.each(Object.entries(doors))('what a provider cannot carry, by %s', (_door, ask) => {
  it.each([
    'aps', 'from', 'message_type', 'collapse_key', 'google', 'google.message_id', 'gcm.notification.title', 'carillon', 'carillonX',
    'adm_message_md5', 'web_push', '_push_msgid',
  ])('is a key of data called %s', async (key) => {
    expect(await ask({ title: 'x', data: { [key]: 'x' } })).toMatchObject({
      status: 400,
      code: 'reserved_data_key',
      errors: [{ pointer: `/message/data/${key}` }],
    });
  }); // prettier-ignore

  it.each<[string, object, string, string]>([
    ['a key of data in an override', { overrides: { fcm: { data: { from: 'x' } } } }, 'reserved_data_key', '/fcm/data/from'],
    [
      'a key of data below Android',
      { overrides: { fcm: { android: { data: { 'gcm.x': 'x' } } } } },
      'reserved_data_key',
      '/fcm/android/data/gcm.x',
    ],
    ['data that is no text', { overrides: { fcm: { data: { a: 1 } } } }, 'request_invalid', '/fcm/data/a'],
    ['a target of its own', { overrides: { fcm: { token: 'x' } } }, 'request_invalid', '/fcm/token'],
    ['our part', { overrides: { apns: { carillon: { v: 2 } } } }, 'request_invalid', '/apns/carillon'],
    ['a topic of its own', header({ 'apns-topic': 'app.other' }), 'request_invalid', '/apns/headers/apns-topic'],
    ['an id of its own', header({ 'APNS-ID': 'x' }), 'request_invalid', '/apns/headers/APNS-ID'],
    ['a header that does not exist', header({ 'apns-colour': 'red' }), 'request_invalid', '/apns/headers/apns-colour'],
    ['an authorization', header({ authorization: 'bearer x' }), 'request_invalid', '/apns/headers/authorization'],
    ['a priority of 7', header({ 'apns-priority': 7 }), 'request_invalid', '/apns/headers/apns-priority'],
    ['an expiration that is a date', header({ 'apns-expiration': '2026-01-01' }), 'request_invalid', '/apns/headers/apns-expiration'],
    ['a push type that Apple has not', header({ 'apns-push-type': 'pigeon' }), 'request_invalid', '/apns/headers/apns-push-type'],
    [
      'a Live Activity without its event',
      { overrides: { apns: { headers: { 'apns-push-type': 'liveactivity' }, aps: { timestamp: 1 } } } },
      'request_invalid',
      '/apns/aps/event',
    ],
    [
      'a Live Activity that changes to nothing',
      { overrides: { apns: { headers: { 'apns-push-type': 'liveactivity' }, aps: { timestamp: 1, event: 'update' } } } },
      'request_invalid',
      '/apns/aps/content-state',
    ],
    [
      'a widget push without a change',
      { overrides: { apns: { headers: { 'APNs-Push-Type': 'widgets' }, aps: { 'content-changed': false } } } },
      'request_invalid',
      '/apns/aps/content-changed',
    ],
    ['a collapse id of 65', header({ 'apns-collapse-id': 'x'.repeat(65) }), 'request_invalid', '/apns/headers/apns-collapse-id'],
    ['a background push with a title', header({ 'apns-push-type': 'background' }), 'request_invalid', '/apns/headers/apns-push-type'],
    ['headers that are a text', header('apns-priority: 5'), 'request_invalid', '/apns/headers'],
    ...refused.map(
      ([place, overrides]) => [`wrong at ${place}`, { overrides }, 'request_invalid', place] as [string, object, string, string],
    ),
  ])('is %s', async (_what, message, code, place) => {
    expect(await ask({ title: 'x', ...message })).toMatchObject({
      status: 400,
      code,
      errors: [{ pointer: `/message/overrides${place}`, message: expect.any(String) as string }],
    });
  });

  it.each<[string, object, readonly string[]]>([
    ['apns', header({ 'apns-priority': 5, 'Apns-Priority': 10 }), ['/apns/headers/apns-priority', '/apns/headers/Apns-Priority']],
    ['apns by null', header({ 'apns-priority': 5, 'APNS-PRIORITY': null }), ['/apns/headers/apns-priority', '/apns/headers/APNS-PRIORITY']],
    [
      'fcm',
      { overrides: { fcm: { apns: { headers: { 'apns-priority': '5', 'Apns-Priority': '10' } } } } },
      ['/fcm/apns/headers/apns-priority', '/fcm/apns/headers/Apns-Priority'],
    ],
    [
      'browsers over fcm',
      { overrides: { fcm: { webpush: { headers: { Urgency: 'low', urgency: 'high' } } } } },
      ['/fcm/webpush/headers/Urgency', '/fcm/webpush/headers/urgency'],
    ],
    ['webpush', { overrides: { webpush: { headers: { TTL: 5, ttl: 6 } } } }, ['/webpush/headers/TTL', '/webpush/headers/ttl']],
    [
      'wns',
      { overrides: { wns: { headers: { 'X-WNS-Tag': 'a', 'x-wns-tag': 'b' } } } },
      ['/wns/headers/X-WNS-Tag', '/wns/headers/x-wns-tag'],
    ],
  ])('is a header given twice in other letters, at both places: %s', async (_provider, message, places) => {
    const answer = await ask({ title: 'x', ...message });

    expect(answer).toMatchObject({ status: 400, code: 'request_invalid' });
    expect(answer.errors.map(({ pointer }) => pointer)).toEqual(places.map((place) => `/message/overrides${place}`));
  });

  it.each<[string, object]>([
    ['headers that exist', header({ 'apns-priority': 5, 'apns-collapse-id': 'x', 'APNS-Expiration': '0' })],
    ['a header from Liquid', header({ 'apns-collapse-id': '{{ variables.id }}' })],
    ['null for what is ours', { overrides: { apns: { headers: null, aps: { sound: null } }, fcm: { token: null, data: null } } }],
    ...taken.map((overrides) => [`wrong: ${JSON.stringify(overrides)}`, { overrides }] as [string, object]),
    ['data of its own', { overrides: { fcm: { data: { a: 'x' }, android: { ttl: '5s' } } } }],
  ])('is not %s', async (_what, message) => {
    expect(await ask({ title: 'x', ...message })).toEqual({ status: 202, errors: [], warnings: [] });
  });

  it.each<[string, object, [provider: string, field: string][]]>([
    ['a plain message', { title: 'x', body: 'y', sound: 'z', badge: 1, data: { k: 'v' }, image: 'https://x.test/i.png', link: 'app://x', category: 'C' }, []],
    ['a subtitle', { title: 'x', subtitle: 'y' }, [['fcm', 'subtitle']]],
    ['a subtitle in one language', { title: 'x', localized: { fr: { subtitle: 'y' } } }, [['fcm', 'subtitle']]],
    ['an icon that is a URL', { title: 'x', icon: 'https://x.test/i.png' }, [['apns', 'icon'], ['fcm', 'icon']]],
    ['an icon of Android', { title: 'x', icon: 'ic_stat' }, [['apns', 'icon']]],
    ['a silent one with texts', { silent: true, title: 'x', badge: 1, sound: 'z' }, [['apns', 'title'], ['apns', 'sound'], ['fcm', 'title'], ['fcm', 'sound'], ['fcm', 'badge']]],
    ['a badge alone', { badge: 0 }, [['fcm', 'badge']]],
    ['overrides that leave Android no text', { title: 'x', overrides: { fcm: { notification: { title: null } } } }, [['fcm', 'overrides']]],
    ['overrides that leave data alone', { title: 'x', data: { k: 'v' }, overrides: { apns: { aps: { alert: null } }, fcm: { notification: null } } }, [['apns', 'overrides'], ['fcm', 'overrides']]],
    ['data with a badge', { data: { k: 'v' }, badge: 0 }, [['fcm', 'badge']]],
    ['data with what needs a text', { data: { k: 'v' }, image: 'https://x.test/i.png', sound: 'z' }, [['apns', 'image'], ['fcm', 'image'], ['fcm', 'sound']]],
  ])('is told in warnings: %s', async (_what, message, warned) => {
    const { status, warnings } = await ask(message);

    expect(status).toBe(202);
    expect(warnings.filter(({ provider }) => ['apns', 'fcm'].includes(provider)).map(({ provider, field }) => [provider, field])).toEqual(warned);
    for (const { why } of warnings) expect(why).toMatch(/^[A-Z]/);
  }); // prettier-ignore

  it.each([
    ['nothing at all', { sound: 'x' }],
    ['empty texts', { title: '', body: '' }],
  ])('is a message of %s', async (_what, message) => {
    expect(await ask(message)).toMatchObject({ status: 400, errors: [{ pointer: '/message' }] });
  });

  it('is a language written twice', async () => {
    expect(await ask({ title: 'x', localized: { pt_BR: { title: 'a' }, 'pt-BR': { title: 'b' } } })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/message/localized/pt-BR', message: 'Is the same language as pt_BR' }],
    });
  });
});

it('what a provider would refuse is refused of a campaign, too', async () => {
  const message = { title: 'x', overrides: { fcm: { android: { ttl: '5' } } } };
  expect(await campaign.call('PUT', '/campaigns/autumn', { to: { users: ['4711'] }, message })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/message/overrides/fcm/android/ttl' }] },
  });
});

describe('a message that is taken', () => {
  it('keeps its languages in their canonical form, in sends and campaigns', async () => {
    const message = { title: 'x', localized: { pt_br: { title: 'a' }, iw: { title: 'b' }, zh_TW: { title: 'c' } } };
    const made = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message });
    const written = await campaign.call('PUT', '/campaigns/spring', { to: { users: ['4711'] }, message });
    const stored = campaign.http.store.sql('SELECT * FROM sends WHERE id = ?').all((made.body as { sendId: string }).sendId);

    expect(Object.keys((written.body as { message: { localized: object } }).message.localized)).toEqual(['pt-BR', 'he', 'zh-TW']);
    expect(JSON.stringify(stored)).toMatch(/pt-BR.*he.*zh-TW/);
  });

  it('shows its warnings where the send is read, and where a campaign is launched', async () => {
    const message = { title: 'x', subtitle: 'y' };
    const warnings = expect.arrayContaining([{ provider: 'fcm', field: 'subtitle', why: expect.any(String) as string }]) as unknown;
    const made = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message, options: { dryRun: true } });
    await campaign.call('PUT', '/campaigns/summer', { to: { users: ['4711'] }, message });

    expect(made.body).toMatchObject({ warnings });
    expect((await campaign.call('GET', `/sends/${(made.body as { sendId: string }).sendId}`)).body).toMatchObject({ warnings });
    expect((await campaign.call('POST', '/campaigns/summer/launch', {})).body).toMatchObject({ warnings });
  });

  it('is told of the providers that the app sends by alone', async () => {
    const message = { title: 'x', subtitle: 'y', badge: 1, icon: 'https://x.test/i.png' };
    await campaign.credential('baidu', true);
    campaign.http.clock.advance(1_000); // what is known of credentials may be so old

    const { body } = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message });

    const warned = (body as Told).warnings.map(({ provider, field }) => `${provider} ${field}`);
    expect(warned).toEqual(['apns icon', 'fcm subtitle', 'fcm icon', 'baidu subtitle', 'baidu icon', 'baidu badge']);
  });

  it('is told what browsers cannot carry', async () => {
    const cases: readonly [object, readonly string[]][] = [
      [{ title: 'x', subtitle: 'y' }, ['subtitle']],
      [{ title: 'x', body: 'y', icon: 'https://x.test/i.png', image: 'https://x.test/i.png', badge: 1 }, []],
      [{ silent: true, title: 'x', badge: 1 }, ['title']],
      [{ data: { k: 'v' }, image: 'https://x.test/i.png', badge: 1 }, ['image']],
      [{ title: 'x', data: { k: 'v' }, overrides: { webpush: { notification: { title: null } } } }, ['overrides']],
    ];
    const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
    const token = {
      endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/some-browser',
      keys: { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg' },
    };
    await campaign.credential('webpush', true);
    campaign.http.clock.advance(1_000); // what is known of credentials may be so old

    for (const [message, warned] of cases) {
      const { body } = await campaign.call('POST', '/sends', { to: { provider: 'webpush', tokens: [token] }, message });
      expect((body as Told).warnings.map(({ provider, field }) => [provider, field])).toEqual(warned.map((field) => ['webpush', field]));
    }
  });

  it('for tokens of one provider is told of that provider alone', async () => {
    const to = { provider: 'apns', tokens: ['740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad'] };
    const { body } = await campaign.call('POST', '/sends', { to, message: { title: 'x', subtitle: 'y', icon: 'https://x.test/i.png' } });

    expect((body as Told).warnings.map(({ provider, field }) => [provider, field])).toEqual([['apns', 'icon']]);
  });

  it('is now or never with a time to live of 0, and has a minute to get out', async () => {
    const { body } = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message: { title: 'x' }, options: { ttl: 0 } });
    const sendId = (body as { sendId: string }).sendId;
    const { createdAt, expiresAt } = (await campaign.call('GET', `/sends/${sendId}`)).body as { createdAt: string; expiresAt: string };

    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(60_000);
    expect(JSON.stringify(campaign.http.store.sql('SELECT * FROM sends WHERE id = ?').all(sendId))).toContain('nowOrNever');
  });
});

describe('what Windows and Fire devices have no place for', () => {
  beforeAll(async () => {
    for (const provider of ['wns', 'adm'] as const) await campaign.credential(provider, true);
    campaign.http.clock.advance(1_000); // what is known of credentials may be so old
  });

  it.each<[provider: string, token: string, message: object, fields: string[]]>([
    ['wns', 'https://db5p.notify.windows.com/?token=AwYAAAB', { title: 'x', sound: 'default', icon: 'https://x.test/i.png', subtitle: 's' }, []],
    ['wns', 'https://db5p.notify.windows.com/?token=AwYAAAB', { title: 'x', badge: 1, sound: 'ding', icon: 'ic_stat' }, ['badge', 'sound', 'icon']],
    ['wns', 'https://db5p.notify.windows.com/?token=AwYAAAB', { badge: 1 }, []],
    ['wns', 'https://db5p.notify.windows.com/?token=AwYAAAB', { data: { k: 'v' }, sound: 'ding' }, ['sound']],
    ['wns', 'https://db5p.notify.windows.com/?token=AwYAAAB', { title: 'x', overrides: { wns: { toast: { visual: null } } }, data: { k: 'v' } }, ['overrides']],
    ['adm', `amzn1.adm-registration.v3.${'Y29t'.repeat(20)}`, { title: 'x', sound: 'ding', icon: 'ic_stat' }, []],
    ['adm', `amzn1.adm-registration.v3.${'Y29t'.repeat(20)}`, { title: 'x', subtitle: 's', badge: 1, icon: 'https://x.test/i.png' }, ['subtitle', 'badge', 'icon']],
  ])('for a token of %s is told in warnings (%#)', async (provider, token, message, fields) => {
    const { status, body } = await campaign.call('POST', '/sends', { to: { provider, tokens: [token] }, message });

    expect(status).toBe(202);
    expect((body as Told).warnings.map((warning) => [warning.provider, warning.field])).toEqual(fields.map((field) => [provider, field]));
  }); // prettier-ignore
});
