import { Turns, crashPoint, messageId, type Clock } from '#libs/kernel';
import type { PageEntry, Send } from '#libs/sends';
import { NO_WEATHER, type Weather } from '../admission/weather.ts';
import type { Timer } from '../admission/timer.ts';
import type { RetryDelays } from '../attempts/retry-delays.ts';
import { skipped } from '../attempts/answer.ts';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderRequest, Recipient } from '../providers/push-provider.ts';
import { checkRecipient } from './check-recipient.ts';
import type { CompiledMessages } from './compiled-messages.ts';
import { interpretOutcomes, type Addressed } from './interpret-outcomes.ts';
import type { MovedTokens } from './moved-tokens.ts';
import type { RecipientReader } from './recipients.ts';
import { Renderer } from './renderer.ts';
import type { WindowWork } from './window-sender.ts';

export interface RoundSettings {
  /** The oldest that an owner's reading may be when a message reaches the socket, ms. */
  readonly ownerReadMaxAgeMs: number;
  /** From the start of a request to its answer, at most, ms. */
  readonly deadlineMs: number;
}

export interface Round extends WindowWork {
  readonly send: Send;
  /** Those of the open messages that were admitted. */
  readonly positions: readonly number[];
}

const graceMs = 1_500;
/** What is not rendered by then waits for the next round, which reads the owners again: costly templates must not make readings old. */
const longestRenderingMs = 300;

/** Reads, checks, renders and sends the admitted messages of a window, once. */
export class RoundSender {
  constructor(
    private readonly recipients: RecipientReader,
    private readonly messages: CompiledMessages,
    private readonly delays: RetryDelays,
    private readonly movedTokens: MovedTokens,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    private readonly timer: Timer,
    private readonly settings: RoundSettings,
  ) {}

  async send(round: Round): Promise<{ sent: number; weather: Weather }> {
    const { addressed, request } = await this.#prepare(round);
    if (addressed.length === 0) return { sent: 0, weather: NO_WEATHER };
    const { attempt, channel, progress } = round;
    progress.hand(addressed.map(({ position }) => position));
    const beganAt = this.clock.now();
    crashPoint('p2.send.before');
    const outcomes = await this.#outcomes(round, request);
    crashPoint('p2.send.after');
    const now = this.clock.now();
    this.metrics.requested(attempt, now - beganAt);
    const retryAt = this.delays.ofBatch(attempt.provider, channel.credential.simulated, attempt.depth, now);
    const sealed = (token: Parameters<MovedTokens['seal']>[1]) => this.movedTokens.seal(attempt.app, token);
    return { sent: addressed.length, weather: interpretOutcomes(addressed, outcomes, progress, { retryAt, sealed }) };
  }

  async #prepare({ attempt, entries, send, positions, progress }: Round): Promise<{ addressed: Addressed[]; request: ProviderRequest }> {
    const { app, sendId, provider, lane } = attempt;
    const wanted = positions.map((position) => ({ position, entry: entries[position] })).filter(hasEntry);
    const { readAt, installations, users } = await this.recipients.read(
      app,
      wanted.map(({ entry }) => entry),
      this.clock.now(),
    );
    const renderer = new Renderer(this.messages.of(send), send);
    const addressed: Addressed[] = [];
    const recipients: Recipient[] = [];
    const turns = new Turns(this.clock);
    for (const { position, entry } of wanted) {
      if (turns.isOver) {
        if (this.clock.now() - readAt > longestRenderingMs) break;
        await turns.next();
      }
      const found = installations.get(entry.installationId);
      const user = found && users.get(found.userId);
      const installation = checkRecipient(found, user, { entry, send, provider });
      const rendering = typeof installation === 'string' ? skipped(installation) : renderer.render(entry, installation, user);
      if (typeof installation === 'string' || typeof rendering !== 'number') {
        progress.answer(position, rendering as Exclude<typeof rendering, number>);
        continue;
      }
      const { token, platform, environment, bundleId } = installation;
      addressed.push({ position, installation });
      recipients.push({ messageId: messageId(sendId, installation.id), token, platform, environment, bundleId, rendering });
    }
    const { priority, collapseId } = send.options;
    const startBy = readAt + this.settings.ownerReadMaxAgeMs;
    const { renderings } = renderer;
    return { addressed, request: { app, sendId, lane, expiresAt: send.expiresAt, priority, collapseId, renderings, recipients, startBy } };
  }

  /** A provider that never comes back must not keep the handler: what it took is unknown then. */
  #outcomes({ channel }: Round, request: ProviderRequest): Promise<readonly Outcome[]> {
    const patienceMs = request.startBy - this.clock.now() + this.settings.deadlineMs + graceMs;
    return new Promise((resolve, reject) => {
      const cancel = this.timer.after(patienceMs, () => {
        resolve(request.recipients.map(() => ({ kind: 'unknown', reason: 'no_answer' })));
      });
      channel.provider.send(request).then(resolve, reject).finally(cancel);
    });
  }
}

function hasEntry<T extends { readonly entry: PageEntry | undefined }>(one: T): one is T & { readonly entry: PageEntry } {
  return one.entry !== undefined;
}
