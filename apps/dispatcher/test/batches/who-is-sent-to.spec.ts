import { TestDispatcher, aBatch } from './test-dispatcher.ts';
import { aPlatform, closePlatforms } from './test-platform.ts';
import { resultsOf } from './test-results.ts';

afterEach(closePlatforms);

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

  it('does not ring in a channel that the person switched off, not even one that only rendering names', async () => {
    const platform = aPlatform();
    await platform.register(2, (at) => ({ mutedChannels: at === 0 ? ['news'] : [] }));
    const message = { title: 'Hi', androidChannel: 'news' };
    const named = await platform.plan(2, { id: 'named', message });
    const rendered = await platform.plan(2, {
      id: 'rendered',
      message: { title: 'Hi', androidChannel: '{{ variables.channel }}' },
      variables: { channel: 'news' },
    });
    const other = await platform.plan(2, { id: 'other', message: { title: 'Hi', androidChannel: 'orders' } });
    const silent = await platform.plan(2, { id: 'silent', message: { data: { k: 'v' }, silent: true, androidChannel: 'news' } });
    const dispatcher = new TestDispatcher(platform);

    for (const event of [named, rendered, other, silent]) await dispatcher.dispatch.execute(event);

    for (const event of [named, rendered])
      expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'skipped channel_muted': [0], accepted: [1] });
    for (const event of [other, silent]) expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1] });
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
