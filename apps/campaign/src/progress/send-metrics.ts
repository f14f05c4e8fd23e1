import type { Clock } from '#libs/kernel';
import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';
import type { SendRepository } from '#libs/sends/send/writing';
import type { LiveSums } from './live-sums.ts';

const maxSends = 1_000; // an alert on as many open sends needs no exact number

/** How many sends are open, by app and state, and for how long the slowest of each app has not moved. Stands for the metrics it registers. */
export class SendMetrics {
  constructor(
    metrics: MetricsRegistry,
    private readonly sends: SendRepository,
    private readonly liveSums: LiveSums,
    private readonly clock: Clock,
  ) {
    const registers = [metrics.registry];
    const open = new Gauge({ name: 'carillon_sends', help: 'Sends that are not over.', labelNames: ['app', 'state'], registers });
    const stalled = new Gauge({
      name: 'carillon_send_stalled_seconds',
      help: 'Time since the slowest open send of an app last moved; paused ones, and those that wait for the next step of a ramp, are left out.',
      labelNames: ['app'],
      registers,
    });
    metrics.beforeRead(() => this.#measure(open, stalled));
  }

  async #measure(open: Gauge<'app' | 'state'>, stalled: Gauge<'app'>): Promise<void> {
    open.reset();
    stalled.reset();
    const longest = new Map<string, number>();
    for (const send of await this.sends.findOpen(maxSends)) {
      const { app, state } = send;
      open.inc({ app, state });
      if (state === 'paused' || (send.ramp?.until ?? 0) > this.clock.now()) continue;
      const { lastProgressAt } = await this.liveSums.of(send);
      longest.set(app, Math.max(longest.get(app) ?? 0, this.clock.now() - lastProgressAt));
    }
    for (const [app, ms] of longest) stalled.set({ app }, ms / 1_000);
  }
}
