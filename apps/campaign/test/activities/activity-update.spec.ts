import { readActivity } from '../../src/activities/activity-update.ts';
import { SendInvalid } from '../../src/intake/send-invalid.ts';

const now = Date.parse('2026-01-01T12:00:00.500Z');
const target = { kind: 'activity', activityId: 'order-1' } as const;
const read = (body: object) => readActivity(body, 'order-1', now);
const apsOf = (body: object) => read(body).message.overrides?.apns?.['aps'];

function problemsOf(body: object): string[] {
  try {
    read(body);
    return [];
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    return error.problems.map(({ pointer }) => pointer);
  }
}

const start = {
  event: 'start',
  to: { users: ['4711'] },
  attributesType: 'Delivery',
  attributes: { order: 'A-17' },
  contentState: { minutesLeft: 30 },
  alert: { title: 'On its way', body: '30 minutes' },
};

const channel = 'dHN0LXNyY2gtY2hubA==';

describe('the push of a Live Activity', () => {
  it('goes to a broadcast channel as one message that Apple does not keep, unless asked to', () => {
    const update = { event: 'update', contentState: { score: '1:0' }, to: { channel } };
    const address = { provider: 'apns', channel, bundleId: null, environment: 'production' };

    expect(read(update)).toMatchObject({ target: { kind: 'shared', address }, options: { nowOrNever: true, purpose: 'transactional' } });
    expect(read(update)).not.toHaveProperty('activity');
    const kept = read({ ...update, ttl: 60, to: { channel, bundleId: 'app.other', environment: 'sandbox' } });
    expect(kept).toMatchObject({ target: { address: { bundleId: 'app.other', environment: 'sandbox' } }, ttlMs: 60_000 });
    expect(kept.options).not.toHaveProperty('nowOrNever');
    expect(read({ event: 'end', to: { channel } })).toMatchObject({ target: { kind: 'shared' } });
  });

  it('names nobody where it goes to a channel, and no other target', () => {
    expect(problemsOf({ event: 'update', contentState: { who: '{{ user.externalId }}' }, to: { channel } })).toEqual(['/to']);
    expect(problemsOf({ event: 'update', contentState: {}, to: { everyone: true } })).toEqual(['/to/channel', '/to/everyone']);
    expect(problemsOf({ event: 'update', contentState: {}, to: { channel: '!', bundleId: '-' } })).toEqual(['/to/channel', '/to/bundleId']);
    expect(problemsOf({ ...start, to: { channel } })).toEqual(['/to']);
  });

  it('starts it, at high priority, and asks the device for a token to update it by', () => {
    expect(apsOf(start)).toMatchObject({
      timestamp: 1_767_268_800,
      event: 'start',
      'content-state': { minutesLeft: 30 },
      'attributes-type': 'Delivery',
      attributes: { order: 'A-17' },
      alert: { title: 'On its way', body: '30 minutes' },
      'input-push-token': 1,
    });
    expect(read(start)).toMatchObject({
      target: { kind: 'users' },
      activity: { id: 'order-1', place: 'start:Delivery' },
      options: { priority: 'high', purpose: 'marketing', subscription: 'subscribed' },
    });
  });

  it('starts it on a broadcast channel, which then takes the place of the token', () => {
    const aps = apsOf({ ...start, channelId: 'dHN0LXNyY2gtY2hubA==' });

    expect(aps).toMatchObject({ 'input-push-channel': 'dHN0LXNyY2gtY2hubA==' });
    expect(aps).not.toHaveProperty('input-push-token');
  });

  it('updates it at normal priority, because devices take few urgent ones, unless it alerts', () => {
    const update = { event: 'update', contentState: { minutesLeft: 3 }, staleDate: '2026-01-01T12:10:00Z', relevanceScore: 75 };

    expect(apsOf(update)).toMatchObject({ event: 'update', 'stale-date': 1_767_269_400, 'relevance-score': 75 });
    expect(read(update)).toMatchObject({
      target,
      activity: { place: 'activity:order-1' },
      options: { priority: 'normal', purpose: 'transactional', subscription: 'all' },
      ttlMs: 3_600_000,
    });
    expect(read({ ...update, alert: { title: 'a', body: 'b' } }).options.priority).toBe('high');
    expect(read({ ...update, priority: 'high' }).options.priority).toBe('high');
  });

  it('ends it, with what it shows at last and when it goes', () => {
    expect(apsOf({ event: 'end', dismissalDate: '2026-01-01T12:00:00Z' })).toMatchObject({ event: 'end', 'dismissal-date': 1_767_268_800 });
    expect(apsOf({ event: 'end', contentState: { done: true } })).not.toHaveProperty('dismissal-date');
  });

  it('shows nothing else: no badge, and no waking of the app', () => {
    expect(apsOf(start)).toMatchObject({ badge: null, 'content-available': null });
  });

  it.each([
    [{ event: 'begin' }, ['/event']],
    [{ event: 'update' }, ['/contentState']],
    [{ event: 'start', contentState: {} }, ['/attributesType', '/attributes', '/alert', '/to']],
    [{ ...start, to: { topic: 'news' } }, ['/to']],
    [{ ...start, to: {} }, ['/to']],
    [{ event: 'update', contentState: { a: '{{ b' } }, ['/contentState/a']],
    [{ event: 'update', contentState: {}, dismissalDate: '2026-01-01T12:00:00Z' }, ['/dismissalDate']],
    [{ event: 'update', contentState: {}, staleDate: 'soon' }, ['/staleDate']],
    [{ event: 'update', contentState: { a: 'x'.repeat(5_000) } }, ['/contentState']],
    [{ event: 'update', contentState: {}, relevanceScore: 'much' }, ['/relevanceScore']],
  ])('%j is refused where it is wrong', (body, pointers) => {
    expect(problemsOf(body)).toEqual(pointers);
  });
});
