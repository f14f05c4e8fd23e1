import type { PushToken } from '#libs/kernel';
import { retryAttemptId, type Attempt } from '#libs/sends';
import type { Outcome } from '../providers/outcome.ts';
import type { BatchPlanned } from './batch-work.ts';
import { TestDispatcher, TestPlatform, positionsOf, whileTimePasses, type DispatcherOptions } from './test-dispatcher.ts';

const platforms: TestPlatform[] = [];

function aPlatform(): TestPlatform {
  const platform = new TestPlatform();
  platforms.push(platform);
  return platform;
}

afterEach(() => {
  for (const { store } of platforms.splice(0)) store.close();
});

/** Phones that are registered, and the event of a batch to all of them. */
async function aBatch(phones: number, options: DispatcherOptions = {}) {
  const platform = aPlatform();
  await platform.register(phones);
  const event = await platform.plan(phones);
  return { platform, provider: platform.provider, dispatcher: new TestDispatcher(platform, 'worker-1', options), event };
}

/** `outcome reason: positions` of everything an attempt knows. */
function resultsOf({ results }: Attempt): Record<string, readonly number[]> {
  return Object.fromEntries(
    results.map(({ outcome, reason, messages }) => [reason === null ? outcome : `${outcome} ${reason}`, [...messages]]),
  );
}

const down: Outcome = { kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' };
const silent: Outcome = { kind: 'unknown', reason: 'deadline' };
const flakyNetwork: Outcome = { kind: 'retry_later', reason: 'reset', faultOf: 'network' };
const notBegun: Outcome = { kind: 'retry_later', reason: 'not_begun', faultOf: 'network', afterMs: 0 };

describe('dispatching a batch', () => {
  it('sends each message once and tells what became of it, in two writes', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2']);
    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'done', epoch: 1, revision: 2, dueAt: null });
    expect(resultsOf(attempt)).toEqual({ accepted: [0, 1, 2] });
    const [told] = platform.attempted();
    expect(told).toMatchObject({ attemptId: event.attemptId, depth: 1, revision: 2, retrying: '', doubt: '', tokens: [] });
    expect(told?.results.map(({ outcome, messages }) => [outcome, positionsOf(messages)])).toEqual([['accepted', [0, 1, 2]]]);
  });

  it('sends nothing twice when its event comes again', async () => {
    const { provider, platform, dispatcher, event } = await aBatch(2);

    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(event);
    await Promise.all([dispatcher.dispatch.execute(event), new TestDispatcher(platform, 'worker-2').dispatch.execute(event)]);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(platform.attempted()).toHaveLength(1);
  });

  it('leaves alone what another worker holds', async () => {
    const { provider, platform, dispatcher, event } = await aBatch(2);
    const other = new TestDispatcher(platform, 'worker-2');
    provider.onSend = () => other.dispatch.execute(event);

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
  });

  it('gives up an event whose batch was never planned', async () => {
    const { dispatcher, event } = await aBatch(1);

    const stranger: BatchPlanned = { ...event, batchId: `${event.sendId}:0:000009:0`, attemptId: `${event.sendId}:0:000009:0:1` };

    await expect(dispatcher.dispatch.execute(stranger)).rejects.toMatchObject({ code: 'batch_unknown', retryable: false });
    await expect(dispatcher.dispatch.execute({ ...event, attemptId: `${event.batchId}:1.7` })).rejects.toMatchObject({
      code: 'batch_unknown',
    });
  });

  it('works through a batch window by window', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(5, { windowSize: 2 });

    await dispatcher.dispatch.execute(event);

    expect(provider.requests.map(({ recipients }) => recipients.length)).toEqual([2, 2, 1]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1, 2, 3, 4] });
    expect(platform.attempted().at(-1)?.revision).toBe(4);
  });

  it('hands over what the send asked for, and how long the owners it read are good for', async () => {
    const platform = aPlatform();
    await platform.register(1);
    const event = await platform.plan(1, {
      options: {
        purpose: 'marketing',
        subscription: 'subscribed',
        collapseId: 'otp',
        priority: 'high',
        maxRecipients: null,
        dryRun: false,
      },
    });

    await new TestDispatcher(platform).dispatch.execute(event);

    const now = platform.clock.now();
    expect(platform.provider.requests[0]).toMatchObject({
      app: 'demo',
      sendId: event.sendId,
      lane: 'bulk',
      expiresAt: now + 3_600_000,
      priority: 'high',
      collapseId: 'otp',
      startBy: now + 1_000,
      renderings: [{ title: 'Hello' }],
      recipients: [{ platform: 'ios', environment: 'production', bundleId: 'app.demo', rendering: 0 }],
    });
  });
});

describe('who is not sent to', () => {
  it('R29: does not ring on a phone that changed hands after planning', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeInstallation(1, { ownerEpoch: 1, userId: 'user-0' });

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0], 'skipped owner_changed': [1] });
  });

  it('R39: does not send to whoever has unsubscribed since, though the installation’s copy does not know yet', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeUser(0, { subscription: 'unsubscribed' });

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-1']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toMatchObject({ 'skipped unsubscribed': [0] });
  });

  it('R42: sends to the unsubscribed when a transactional send asks for all, and to the opted in alone when asked', async () => {
    const platform = aPlatform();
    await platform.register(2);
    await platform.changeUser(0, { subscription: 'unsubscribed' });
    const options = { collapseId: null, priority: 'normal', maxRecipients: null, dryRun: false } as const;
    const toAll = await platform.plan(2, { id: 'all', options: { ...options, purpose: 'transactional', subscription: 'all' } });
    const toMarketing = await platform.plan(2, { id: 'market', options: { ...options, purpose: 'marketing', subscription: 'all' } });
    const toOptedIn = await platform.plan(2, { id: 'opted', options: { ...options, purpose: 'marketing', subscription: 'opted_in' } });
    const dispatcher = new TestDispatcher(platform);

    for (const event of [toAll, toMarketing, toOptedIn]) await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(toAll.attemptId))).toEqual({ accepted: [0, 1] });
    expect(resultsOf(await platform.attempt(toMarketing.attemptId))).toEqual({ 'skipped unsubscribed': [0], accepted: [1] });
    expect(resultsOf(await platform.attempt(toOptedIn.attemptId))).toEqual({ 'skipped unsubscribed': [0, 1] });
  });

  it('R42: needs the foreground, but for a silent message', async () => {
    const platform = aPlatform();
    await platform.register(2, (at) => ({ notificationsEnabled: at === 0 }));
    const loud = await platform.plan(2, { id: 'loud' });
    const quiet = await platform.plan(2, { id: 'quiet', message: { data: { k: 'v' }, silent: true } });
    const dispatcher = new TestDispatcher(platform);

    await dispatcher.dispatch.execute(loud);
    await dispatcher.dispatch.execute(quiet);

    expect(resultsOf(await platform.attempt(loud.attemptId))).toEqual({ 'skipped not_foreground': [1], accepted: [0] });
    expect(resultsOf(await platform.attempt(quiet.attemptId))).toEqual({ accepted: [0, 1] });
  });

  it('has no token for what is gone, what lost its token, and what moved to another provider', async () => {
    const platform = aPlatform();
    await platform.register(3, (at) => (at === 0 ? { token: null, tokenFingerprint: null } : at === 1 ? { provider: 'fcm' } : {}));
    const event = await platform.plan(4);

    await new TestDispatcher(platform).dispatch.execute(event);

    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'skipped no_token': [0, 1, 3], accepted: [2] });
  });

  it('skips a batch whose app has no credential', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    platform.credentials.credential = undefined;

    await dispatcher.dispatch.execute(event);

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'skipped provider_unavailable': [0, 1] });
  });
});

describe('what each phone is sent', () => {
  it('renders once for equal texts, and says why where there is none', async () => {
    const platform = aPlatform();
    await platform.register(6, (at) => ({ locale: at < 2 ? 'fr-FR' : 'en-GB' }));
    for (const at of [4, 5]) await platform.changeUser(at, { attributes: at === 4 ? { stop: true } : { broken: 'x' } });
    const event = await platform.plan(6, {
      message: {
        title:
          '{% if user.attributes.stop %}{% abort "no" %}{% endif %}{% if user.attributes.broken %}{{ user.attributes.missing }}{% endif %}Hi',
        localized: { fr: { title: 'Salut' } },
      },
    });

    await new TestDispatcher(platform).dispatch.execute(event);

    const [request] = platform.provider.requests;
    expect(request?.renderings.map(({ title }) => title)).toEqual(['Salut', 'Hi']);
    expect(request?.recipients.map(({ rendering }) => rendering)).toEqual([0, 0, 1, 1]);
    const results = resultsOf(await platform.attempt(event.attemptId));
    expect(results['skipped aborted']).toEqual([4]);
    expect(Object.entries(results).find(([key]) => key.startsWith('template_error '))?.[1]).toEqual([5]);
  });
});

describe('what providers say', () => {
  it('keeps what a purge compares, and counts a moved token as accepted', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4);
    await platform.changeInstallation(1, { tokenImported: true });
    const outcomes: Record<string, Outcome> = {
      'token-0': { kind: 'token_invalid', reason: 'Unregistered', invalidSince: 77 },
      'token-1': { kind: 'token_invalid', reason: 'BadDeviceToken' },
      'token-2': { kind: 'token_moved', reason: 'moved', token: { reveal: () => 'a-new-token' } as PushToken },
      'token-3': { kind: 'wrong_sender', reason: 'DeviceTokenNotForTopic' },
    };
    provider.script = (token) => outcomes[token] ?? down;

    await dispatcher.dispatch.execute(event);

    const [told] = platform.attempted();
    expect(told?.tokens).toEqual([
      { index: 0, outcome: 'token_invalid', reason: 'Unregistered', fingerprint: 'fingerprint-0', confirmedAt: 100, imported: false, invalidSince: 77, sealedToken: null },
      { index: 1, outcome: 'token_invalid', reason: 'BadDeviceToken', fingerprint: 'fingerprint-1', confirmedAt: 101, imported: true, invalidSince: null, sealedToken: null },
      { index: 2, outcome: 'token_moved', reason: 'moved', fingerprint: 'fingerprint-2', confirmedAt: 102, imported: false, invalidSince: null, sealedToken: 'sealed for demo: 11' },
      { index: 3, outcome: 'wrong_sender', reason: 'DeviceTokenNotForTopic', fingerprint: 'fingerprint-3', confirmedAt: 103, imported: false, invalidSince: null, sealedToken: null },
    ]); // prettier-ignore
    expect(positionsOf(told?.imported ?? '')).toEqual([1]);
    expect(JSON.stringify(told)).not.toContain('token-0');
    expect((await platform.attempt(event.attemptId)).state).toBe('done');
  });

  it('tries again until it is accepted, each message in one attempt of each depth', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);
    let tries = 0;
    provider.script = (token) => (token === 'token-1' && (tries += 1) < 3 ? flakyNetwork : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);
    expect(await dispatcher.sweep()).toEqual([]); // not due yet
    dispatcher.timer.pass(1_000);
    expect(await dispatcher.sweep()).toEqual([retryAttemptId(event.attemptId, 0)]);
    dispatcher.timer.pass(1_000);
    const third = retryAttemptId(retryAttemptId(event.attemptId, 0), 0);
    expect(await dispatcher.sweep()).toEqual([third]);
    dispatcher.timer.pass(60_000);
    expect(await dispatcher.sweep()).toEqual([]);

    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-1', 'token-1']);
    expect(await platform.attempt(third)).toMatchObject({ depth: 3, state: 'done', dueAt: null });
    expect(resultsOf(await platform.attempt(third))).toEqual({ accepted: [1] });
    const told = platform.attempted();
    expect(told.map(({ depth, retrying }) => [depth, positionsOf(retrying)])).toEqual([
      [1, [1]],
      [2, [1]],
      [3, []],
    ]);
  });

  it('publishes a retry again until somebody has claimed it, and then no more', async () => {
    const { provider, dispatcher, event } = await aBatch(1);
    provider.script = () => flakyNetwork;
    await dispatcher.dispatch.execute(event);
    dispatcher.timer.pass(1_000);

    expect(await dispatcher.due.execute()).toBe(1); // and the event is lost
    expect(await dispatcher.due.execute()).toBe(0);
    dispatcher.timer.pass(10_000);
    provider.script = () => ({ kind: 'accepted' });
    expect(await dispatcher.sweep()).toHaveLength(1);
    dispatcher.timer.pass(60_000);
    expect(await dispatcher.due.execute()).toBe(0);
  });

  it('fails with the provider’s last word when the tries are over', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(1);
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token' });

    await dispatcher.dispatch.execute(event);
    for (let depth = 2; depth <= 6; depth += 1) {
      dispatcher.timer.pass(1_000);
      await dispatcher.sweep();
    }
    dispatcher.timer.pass(60_000);

    expect(await dispatcher.sweep()).toEqual([]);
    expect(provider.tokens).toHaveLength(6);
    const last = await platform.attempt(`${event.attemptId}.0.0.0.0.0`);
    expect(last).toMatchObject({ depth: 6, state: 'done', retry: [] });
    expect(resultsOf(last)).toEqual({ 'throttled QUOTA_EXCEEDED': [0] });
  });

  it('says expired at once where the provider’s delay ends after the message’s time', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(1);
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token', afterMs: 3_600_000 });

    await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'expired QUOTA_EXCEEDED': [0] });
    expect(platform.attempted()[0]?.retrying).toBe('');
  });

  it('does not send what has expired', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    dispatcher.timer.pass(3_600_000);

    await dispatcher.dispatch.execute(event);

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ expired: [0, 1] });
  });

  it('sends at once, with owners read anew, what was provably not processed', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token, request) => (token === 'token-1' && request === provider.requests[0] ? notBegun : { kind: 'accepted' });
    provider.onSend = async () => {
      if (provider.requests.length === 1) await platform.changeInstallation(1, { ownerEpoch: 1 });
    };

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0], 'skipped owner_changed': [1] });
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([]);
  });

  it('parks what a busy provider never begins', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) => (token === 'token-1' ? notBegun : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const parked = await platform.attempt(event.attemptId);
    expect(parked).toMatchObject({ state: 'parked', parkedFor: 'busy' });
    expect([...parked.intended, ...parked.doubt]).toEqual([]);
    provider.script = () => ({ kind: 'accepted' });
    dispatcher.timer.pass(2_000);
    await dispatcher.sweep();
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1] });
  });
});

describe('doubt', () => {
  it('counts an unanswered message as possibly sent before it is sent again, and keeps counting it', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) => (token === 'token-0' ? silent : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const first = await platform.attempt(event.attemptId);
    expect([...first.doubt]).toEqual([0]);
    await platform.changeUser(0, { subscription: 'unsubscribed' });
    dispatcher.timer.pass(1_000);
    await dispatcher.sweep();
    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([0]);
  });

  it('does not wait for ever for a provider that never answers', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    const handed = Promise.withResolvers<undefined>();
    provider.onSend = () => {
      handed.resolve(undefined);
      return Promise.withResolvers<never>().promise;
    };

    const dispatching = dispatcher.dispatch.execute(event);
    await handed.promise;
    dispatcher.timer.pass(15_000);
    await dispatching;

    const attempt = await platform.attempt(event.attemptId);
    expect(resultsOf(attempt)).toEqual({ 'retry_later no_answer': [0, 1] });
    expect([...attempt.doubt]).toEqual([0, 1]);
  });

  it('stores what a dead worker may have sent, before its successor sends again', async () => {
    const { platform, provider, event } = await aBatch(2);
    const dead = new TestDispatcher(platform, 'dead');
    const handed = Promise.withResolvers<undefined>();
    provider.onSend = () => {
      handed.resolve(undefined);
      return Promise.withResolvers<never>().promise;
    };
    void dead.dispatch.execute(event);
    await handed.promise;
    provider.onSend = async () => {
      expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([0, 1]);
    };
    const heir = new TestDispatcher(platform, 'heir');

    await heir.dispatch.execute(event); // the lease still runs
    expect(provider.tokens).toHaveLength(2);
    platform.clock.advance(30_000);
    await heir.sweep();

    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'done', epoch: 2, owner: 'heir' });
    expect(resultsOf(attempt)).toEqual({ accepted: [0, 1] });
    expect([...attempt.doubt]).toEqual([0, 1]);
    expect(provider.tokens).toHaveLength(4);
    expect(platform.attempted().map(({ doubt }) => positionsOf(doubt))).toEqual([[0, 1]]);
  });

  it('lets a fenced worker neither send more nor say more', async () => {
    const { platform, provider, event } = await aBatch(4, { windowSize: 2 });
    const slow = new TestDispatcher(platform, 'slow', { windowSize: 2 });
    const heir = new TestDispatcher(platform, 'heir', { windowSize: 2 });
    provider.onSend = async () => {
      provider.onSend = () => Promise.resolve();
      platform.clock.advance(30_000);
      await heir.dispatch.execute(event);
    };

    await slow.dispatch.execute(event);

    expect(provider.requests.map(({ recipients }) => recipients.length)).toEqual([2, 2, 2]); // the slow one's first, then the heir's two
    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ owner: 'heir', state: 'done' });
    expect([...attempt.doubt]).toEqual([0, 1]);
    expect(platform.attempted().every(({ revision }) => revision > 2)).toBe(true);
  });

  it('keeps the answers it has when a later step fails, and doubts only what was on its way', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3, { windowSize: 2 });
    provider.onSend = async () => {
      if (provider.requests.length === 2) throw new Error('a fault of ours');
    };

    await expect(dispatcher.dispatch.execute(event)).rejects.toThrow('a fault of ours');

    const attempt = await platform.attempt(event.attemptId);
    expect(resultsOf(attempt)).toEqual({ accepted: [0, 1], 'retry_later internal_fault': [2] });
    expect([...attempt.doubt]).toEqual([2]);
    await dispatcher.dispatch.execute(event); // the event's next try finds nothing left to do
    expect(provider.requests).toHaveLength(2);
  });

  it('doubts nothing when the fault came before anything was handed over, and its event may try again at once', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    const findByKeys = platform.installations.findByKeys.bind(platform.installations);
    platform.installations.findByKeys = () => Promise.reject(new Error('a fault of ours'));
    await expect(dispatcher.dispatch.execute(event)).rejects.toThrow('a fault of ours');
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([]);
    platform.installations.findByKeys = findByKeys;

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1] });
  });
});

describe('pause, stop and drain', () => {
  it('parks a paused send, and goes on soon after it is resumed', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });

    await dispatcher.dispatch.execute(event);
    dispatcher.timer.pass(60_000);
    await dispatcher.hurry.execute();
    expect(await dispatcher.sweep()).toEqual([]);
    await platform.changeSend(event.sendId, { state: 'sending', pausedFrom: null });
    await dispatcher.hurry.execute();
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect((await platform.attempt(event.attemptId)).state).toBe('done');
  });

  it('notices a pause between two windows', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4, { windowSize: 2 });
    provider.onSend = () => platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });

    await dispatcher.dispatch.execute(event);

    const attempt = await platform.attempt(event.attemptId);
    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(attempt).toMatchObject({ state: 'parked', parkedFor: 'paused' });
    expect(await platform.attemptReader.openWindows(event.sendId)).toBe(0);
  });

  it('settles a stopped send, what waits for another try included', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) =>
      token === 'token-0' ? { kind: 'accepted' } : { kind: 'throttled', reason: 'x', scope: 'token', afterMs: 600_000 };
    await dispatcher.dispatch.execute(event);
    await platform.changeSend(event.sendId, { state: 'stopped' });

    await dispatcher.hurry.execute();
    await dispatcher.sweep();

    expect(resultsOf(await platform.attempt(retryAttemptId(event.attemptId, 0)))).toEqual({ 'skipped send_stopped': [1] });
    expect(provider.tokens).toHaveLength(2);
  });

  it('settles a stopped send before its first window', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeSend(event.sendId, { state: 'stopped' });

    await dispatcher.dispatch.execute(event);

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'skipped send_stopped': [0, 1] });
  });

  it('begins nothing more while it drains, and leaves the rest to the next process', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4, { windowSize: 2 });
    provider.onSend = async () => {
      dispatcher.draining.begin();
    };
    provider.script = (token) => (token === 'token-0' ? silent : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'parked', parkedFor: 'draining', dueAt: platform.clock.now() });
    expect([...attempt.doubt]).toEqual([0]);
    await new TestDispatcher(platform, 'next').sweep();
    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-3']);
  });
});

describe('a provider in trouble', () => {
  it('is left alone after half of twenty answers said that it is down, and probed with one message', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(40);
    const other = await platform.plan(40, { id: 'other-send' });
    provider.script = () => down;

    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(other);

    expect(provider.tokens).toHaveLength(40);
    expect(await platform.attempt(other.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'provider_down', revision: 1 });
    dispatcher.timer.pass(1_100);
    await dispatcher.dispatch.execute(other);
    expect(provider.tokens).toHaveLength(41); // the probe, and it said down again
    provider.script = () => ({ kind: 'accepted' });
    for (let second = 0; second < 5; second += 1) {
      dispatcher.timer.pass(2_000);
      await whileTimePasses(dispatcher.timer, dispatcher.sweep());
    }
    expect((await platform.attempt(other.attemptId)).state).toBe('done');
    expect((await platform.attempt(retryAttemptId(event.attemptId, 0))).state).toBe('done');
    expect(new Set(provider.tokens).size).toBe(40);
  });

  it('parks without a claim on any message while the provider cannot be reached', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.admission = { admitted: false, outcome: { kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' } };

    await dispatcher.dispatch.execute(event);

    const parked = await platform.attempt(event.attemptId);
    expect(parked).toMatchObject({ state: 'parked', parkedFor: 'provider_down' });
    expect([...parked.intended, ...parked.doubt]).toEqual([]);
    expect(dispatcher.gates.all()[0]?.gate.health()).toMatchObject({ health: 'down', detail: 'connect_failed' });
  });

  it('waits with a credential that is refused until there is another one', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);
    provider.script = () => ({ kind: 'credentials_bad', reason: 'InvalidProviderToken', refreshable: false });
    const later = await platform.plan(3, { id: 'later-send' });

    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(later);

    expect(provider.tokens).toHaveLength(3);
    expect(await platform.attempt(later.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'credentials_refused' });
    expect(dispatcher.gates.all()[0]?.gate.health()).toMatchObject({ health: 'credentials_refused', detail: 'InvalidProviderToken' });
    platform.credentials.credential = { id: 'demo:apns:2', simulated: true, bundleIds: ['app.demo'], fields: {} };
    provider.script = () => ({ kind: 'accepted' });
    await dispatcher.dispatch.execute(later);
    expect(resultsOf(await platform.attempt(later.attemptId))).toEqual({ accepted: [0, 1, 2] });
  });

  it('slows down when it is throttled as a whole', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(100);
    const next = await platform.plan(100, { id: 'next-send' });
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'provider' });

    await dispatcher.dispatch.execute(event);
    const limit = dispatcher.gates.all()[0]?.gate.rate.limit ?? Infinity;
    provider.script = () => ({ kind: 'accepted' });
    const before = platform.clock.now();
    await whileTimePasses(dispatcher.timer, dispatcher.dispatch.execute(next));
    expect(await platform.attempt(next.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'busy' }); // handlers are short
    await whileTimePasses(dispatcher.timer, dispatcher.sweep());

    const seconds = (platform.clock.now() - before) / 1_000;
    expect(limit).toBeLessThan(100);
    expect((await platform.attempt(next.attemptId)).state).toBe('done');
    expect((provider.tokens.length - 100) / seconds).toBeLessThan(limit * 3); // it rises again, step by step
  });
});

describe('an event that was given up', () => {
  it('leaves its messages dead, so that the counts close, and a replay sends them', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await dispatcher.bury.execute(event, 'handler_failed');

    const dead = await platform.attempt(event.attemptId);
    expect(resultsOf(dead)).toEqual({ 'dead handler_failed': [0, 1] });
    expect(dead).toMatchObject({ state: 'done', dueAt: null });
    await dispatcher.dispatch.execute(event); // the replay
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(retryAttemptId(event.attemptId, 0)))).toEqual({ accepted: [0, 1] });
    expect(platform.attempted().map(({ depth, retrying }) => [depth, positionsOf(retrying)])).toEqual([
      [1, []],
      [1, [0, 1]],
      [2, []],
    ]);
  });

  it('counts nothing for what was never planned', async () => {
    const { platform, dispatcher, event } = await aBatch(1);

    await dispatcher.bury.execute({ ...event, attemptId: `${event.batchId}:nonsense` }, 'invalid_data');

    expect(platform.attempted()).toEqual([]);
  });
});
