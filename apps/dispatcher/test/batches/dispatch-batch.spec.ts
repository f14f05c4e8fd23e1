import type { BatchPlanned } from '../../src/batches/planned-batches.ts';
import { TestDispatcher, aBatch } from './test-dispatcher.ts';
import { aPlatform, closePlatforms } from './test-platform.ts';
import { positionsOf, resultsOf } from './test-results.ts';

afterEach(closePlatforms);

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

  it('gives each message a receipt of its own, however short the turns are', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(25);
    const now = platform.clock.now();
    let looks = 0;
    platform.clock.now = () => now + (looks += 5);

    await dispatcher.dispatch.execute(event);

    const messages = provider.requests.flatMap(({ recipients }) => recipients);
    expect(provider.requests.length).toBeGreaterThan(1);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(25);
    for (const { messageId, receipt } of messages) expect(receipt).toMatch(new RegExp(`^${messageId}\\.[\\w-]{16}\\.[\\w-]+$`));
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

  it('sends nothing to whom overrides leave nothing', async () => {
    const platform = aPlatform();
    await platform.register(2);
    const alert = '{{ user.attributes.missing | default: "" }}';
    const event = await platform.plan(2, { message: { title: 'x', overrides: { apns: { aps: { alert } }, fcm: {} } } });

    await new TestDispatcher(platform).dispatch.execute(event);

    expect(platform.provider.requests.flatMap(({ recipients }) => recipients)).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))['skipped empty_message']).toEqual([0, 1]);
  });

  it('sends nothing to whom title and body say nothing', async () => {
    const platform = aPlatform();
    await platform.register(2);
    const event = await platform.plan(2, {
      message: { title: '{{ user.attributes.missing | default: "" }}', body: ' ', data: { k: 'v' } },
    });

    await new TestDispatcher(platform).dispatch.execute(event);

    expect(platform.provider.requests.flatMap(({ recipients }) => recipients)).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))['skipped empty_message']).toEqual([0, 1]);
  });
});
