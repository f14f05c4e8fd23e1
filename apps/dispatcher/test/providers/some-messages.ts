import { uuid5 } from '#libs/kernel';
import type { RenderedMessage } from '#libs/sends';
import type { ProviderRequest } from '../../src/providers/push-provider.ts';
import { aRecipient } from './a-provider-request.ts';

const texts = [
  'Your order',
  '✓ «é» & 你好 👩‍👩‍👧',
  'a "quoted" \\ text\nof two lines\t',
  '\u2028 and \u0001',
  'x'.repeat(300),
  '<b>&amp;</b> %7B{}',
];
const sounds = [undefined, 'bell.caf', 'default'];
const badges = [undefined, 0, 7];
const levels = [undefined, 'passive', 'active', 'time-sensitive', 'critical'] as const;
const priorities = ['high', 'normal', 'low'] as const;
const collapseIds = [null, 'order-17', 'ünïcode', 'c'.repeat(90)];

/** Message `n` of a long row in which every field comes with and without every other, sooner or later: the same at each call. */
export function someMessage(n: number): RenderedMessage {
  const every = (k: number) => n % k === 0;
  if (every(11)) return { silent: true, data: { refresh: 'yes', n: String(n) } };
  const [interruptionLevel, sound, badge] = [
    levels[n % levels.length],
    sounds[n % sounds.length],
    badges[Math.floor(n / 3) % badges.length],
  ];
  return {
    title: texts[n % texts.length] ?? '',
    ...(!every(7) && { body: texts[(n + 3) % texts.length] ?? '' }),
    ...(every(3) && { subtitle: 'Under it' }),
    ...(every(2) && { data: { order: `A-${n}`, text: texts[(n + 1) % 4] ?? '' } }),
    ...(every(5) && { image: 'https://e.org/picture.png?a=1&b=2' }),
    ...(every(4) && { link: `https://e.org/${n}` }),
    ...(every(6) && { category: 'ORDER' }),
    ...(every(8) && { actions: [{ id: 'reply', title: 'Reply' }] }),
    ...(every(9) && { androidChannel: 'orders', icon: 'ic_order' }),
    ...(sound !== undefined && { sound }),
    ...(badge !== undefined && { badge }),
    ...(interruptionLevel !== undefined && { interruptionLevel }),
    ...overridesOf(n),
  };
}

function overridesOf(n: number): Pick<RenderedMessage, 'overrides'> | Record<string, never> {
  if (n % 13 === 0)
    return {
      overrides: {
        apns: { aps: { 'thread-id': `t-${n}`, 'relevance-score': 0.5, 'target-content-id': 'window' }, extra: { deep: [1, null, true] } },
        fcm: {
          fcm_options: { analytics_label: 'label' },
          android: { direct_boot_ok: true, notification: { color: '#00ff7f', visibility: 'PUBLIC', vibrate_timings: ['0.5s', '1s'] } },
        },
      },
    };
  if (n % 17 === 0)
    return {
      overrides: {
        apns: { headers: { 'apns-push-type': 'voip' } },
        fcm: { android: { notification: { event_time: '2026-01-01T00:00:00.500Z' } } },
      },
    };
  return {};
}

/** The request that sends message `n` alone, to a recipient of its own. `now`: ms. */
export function someRequest(n: number, now: number, to: Parameters<typeof aRecipient>[0]): ProviderRequest {
  const messageId = uuid5('some message', String(n));
  return {
    app: 'demo',
    sendId: uuid5('some send', String(n)),
    lane: 'bulk',
    expiresAt: now + 3_600_000 + n * 1_000,
    nowOrNever: n % 10 === 0,
    priority: priorities[n % priorities.length] ?? 'high',
    collapseId: collapseIds[Math.floor(n / 2) % collapseIds.length] ?? null,
    renderings: [someMessage(n)],
    recipients: [aRecipient({ messageId, receipt: `${messageId}.c2lnbmF0dXJlLi4u.Xw2PnjwbXQqbVQpdfxwuEQ`, ...to })],
    startBy: now + 600_000,
  };
}

/** One that starts, goes on with or ends a Live Activity, as `POST …/live-activities` has it. */
export function someLiveActivity(n: number, now: number, to: Parameters<typeof aRecipient>[0]): ProviderRequest {
  const event = (['start', 'update', 'end'] as const)[n % 3] ?? 'update';
  const isStart = event === 'start' && to?.addressed === undefined;
  const started = { 'attributes-type': 'Match', attributes: { id: n }, alert: { title: 'Kick-off', body: '✓' }, 'input-push-token': 1 };
  const aps = {
    timestamp: 1_767_225_600,
    event: isStart ? 'start' : event === 'end' ? 'end' : 'update',
    'content-state': { score: `${n}:0`, é: [1.5, null] },
  };
  const times = {
    'stale-date': 1_767_229_200,
    'dismissal-date': 1_767_232_800,
    'relevance-score': 75,
    'content-available': null,
    badge: null,
  };
  const apns = { headers: { 'apns-push-type': 'liveactivity' }, aps: { ...aps, ...times, ...(isStart && started) } };
  return {
    ...someRequest(n, now, to),
    renderings: [{ silent: true, badge: 0, overrides: { apns } }],
    ...(to?.addressed === 'channel' && { nowOrNever: true }),
  };
}
