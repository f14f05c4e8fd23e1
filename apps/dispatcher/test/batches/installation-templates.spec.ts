import { messageId } from '#libs/kernel';
import type { Installation } from '#libs/registry';
import { TestDispatcher } from './test-dispatcher.ts';
import { aPlatform, closePlatforms } from './test-platform.ts';
import { resultsOf } from './test-results.ts';

afterEach(closePlatforms);

const template = (aps: object, headers?: Record<string, string>) => ({ body: JSON.stringify({ aps }), ...(headers && { headers }) });
const message = (properties: Record<string, string>, installationTemplate = 'news') => ({ installationTemplate, properties });

async function phones(count: number, facts: (at: number) => Partial<Installation>) {
  const platform = aPlatform();
  await platform.register(count, facts);
  const dispatcher = new TestDispatcher(platform);
  /** What each phone was sent, by its token. */
  const sent = () =>
    Object.fromEntries(
      platform.provider.requests.flatMap(({ renderings, recipients }) =>
        recipients.map(({ token, rendering }) => [token.reveal(), renderings[rendering]]),
      ),
    );
  return { platform, dispatcher, sent };
}

describe('a send to templates of installations', () => {
  it('fills the template of each with the properties of the send, then with its own variables, then with defaults', async () => {
    const { platform, dispatcher, sent } = await phones(4, (at) => ({
      templates: {
        news:
          at === 3
            ? template({ alert: 'plain' })
            : template({ alert: "{$(title) + ', ' + $(name:{you})}", badge: '#(n)' }, { 'apns-priority': '5' }),
      },
      pushVariables: at === 1 ? { NAME: 'Kim', title: 'mine' } : {},
    }));
    const event = await platform.plan(4, { message: message({ Title: 'Hello', n: '3' }) });

    await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1, 2, 3] });
    const over = (aps: object) => ({
      overrides: { apns: { aps: { 'content-available': null, ...aps }, headers: { 'apns-priority': '5' } } },
    });
    expect(sent()).toEqual({
      'token-0': over({ alert: 'Hello, you', badge: 3 }),
      'token-1': over({ alert: 'Hello, Kim', badge: 3 }),
      'token-2': over({ alert: 'Hello, you', badge: 3 }),
      'token-3': { overrides: { apns: { aps: { 'content-available': null, alert: 'plain' } } } },
    });
    expect(platform.provider.requests[0]?.renderings).toHaveLength(4); // that of the send, and each filling once
  });

  it('skips who has no template of the name', async () => {
    const { platform, dispatcher } = await phones(3, (at) => ({
      templates: at === 0 ? { news: template({ alert: 'x' }) } : { toString: template({}) },
    }));
    const named = await platform.plan(3, { message: message({}) });
    const inherited = await platform.plan(3, { id: 'inherited', message: message({}, 'constructor') });

    for (const event of [named, inherited]) await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(named.attemptId))).toEqual({ accepted: [0], 'skipped no_template': [1, 2] });
    expect(resultsOf(await platform.attempt(inherited.attemptId))).toEqual({ 'skipped no_template': [0, 1, 2] });
  });

  it('is one message per installation and template: sends of two templates are two messages, of the ids that any message has', async () => {
    const { platform, dispatcher } = await phones(1, () => ({
      templates: { news: template({ alert: '$(m)' }), offers: template({ alert: '$(m)' }) },
    }));
    for (const name of ['news', 'offers'])
      await dispatcher.dispatch.execute(await platform.plan(1, { id: name, message: message({ m: 'x' }, name) }));

    const ids = platform.provider.requests.flatMap(({ recipients }) => recipients.map((recipient) => recipient.messageId));
    expect(ids).toEqual([messageId('news', 'phone-0'), messageId('offers', 'phone-0')]);
  });

  it('may have Liquid in its properties', async () => {
    const { platform, dispatcher, sent } = await phones(2, () => ({ templates: { news: template({ alert: '$(who)' }) } }));
    const event = await platform.plan(2, { message: message({ who: '{{ installation.id }} {{ variables.n }}' }), variables: { n: 7 } });

    await dispatcher.dispatch.execute(event);

    expect(Object.values(sent())).toMatchObject([
      { overrides: { apns: { aps: { alert: 'phone-0 7' } } } },
      { overrides: { apns: { aps: { alert: 'phone-1 7' } } } },
    ]);
  });

  it('fails what comes to more than a message may be, and nothing else', async () => {
    const all = Array.from({ length: 100 }, () => '$(m)');
    const { platform, dispatcher } = await phones(2, (at) => ({ templates: { news: template(at === 0 ? { all } : { alert: 'x' }) } }));
    const event = await platform.plan(2, { message: message({ m: 'x'.repeat(10_000) }) });

    await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({
      'template_error The filled template is too long': [0],
      accepted: [1],
    });
  });
});
