import { type ProviderState, SqliteProviderStateReader } from '#libs/sends';
import { SqliteProviderStateRepository } from '#libs/sends/provider-state/writing';
import { aBatch } from '../batches/test-dispatcher.ts';
import { closePlatforms } from '../batches/test-platform.ts';
import { PushProviders } from '../../src/providers/push-providers.ts';
import { ReportProviderStates } from '../../src/provider-states/report-provider-states.ts';

class Counting extends SqliteProviderStateRepository {
  readonly saved: ProviderState[] = [];

  override save(states: readonly ProviderState[]): Promise<void> {
    this.saved.push(...states);
    return super.save(states);
  }
}

async function reporting() {
  const { platform, dispatcher, event } = await aBatch(20);
  const states = new Counting(platform.store, platform.clock);
  const providers = new PushProviders([platform.provider]);
  const { gates, metrics } = dispatcher;
  const report = new ReportProviderStates(gates, providers, platform.attempts, states, metrics, platform.clock, 'one');
  return { platform, event, dispatcher, states, report, reader: new SqliteProviderStateReader(platform.store, platform.clock) };
}

afterEach(closePlatforms);

describe('what a dispatcher says of its providers', () => {
  it('names a provider that is down, why, since when and what waits for it', async () => {
    const { platform, event, dispatcher, report, reader } = await reporting();
    platform.provider.script = () => ({ kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' });
    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(await platform.plan(20, { id: 'another' }));

    await report.execute();

    const now = platform.clock.now();
    expect(await reader.ofApp('demo')).toMatchObject([
      {
        provider: 'apns',
        process: 'one',
        health: 'down',
        detail: 'ServiceUnavailable',
        since: now,
        retryAt: now + 1_000,
        parkedBatches: 1,
      },
    ]);
    const text = await dispatcher.measured.text();
    expect(text).toContain('carillon_provider_breaker_open{app="demo",provider="apns"} 1');
    expect(text).toContain('carillon_parked_batches{app="demo",provider="apns"} 1');
    expect(text).toContain('carillon_messages_total{app="demo",provider="apns",lane="bulk",outcome="provider_down"} 20');
  });

  it('is written while it changes, and repeated only while something is wrong', async () => {
    const { platform, event, dispatcher, states, report } = await reporting();
    await dispatcher.dispatch.execute(event);
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second += 1) {
        platform.clock.advance(1_000);
        await report.execute();
      }
    };

    await seconds(10); // the measured rate falls to 0
    const calm = states.saved.length;
    await seconds(100);
    expect(states.saved).toHaveLength(calm);

    platform.provider.script = () => ({ kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' });
    await dispatcher.dispatch.execute(await platform.plan(20, { id: 'another' }));
    await seconds(10);
    const down = states.saved.length;
    await seconds(60);
    expect(states.saved).toHaveLength(down + 3);
  });
});
