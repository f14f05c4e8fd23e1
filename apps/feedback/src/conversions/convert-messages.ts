import type { InstallationRepository, UserRepository } from '#libs/registry';
import type { Conversion, ConversionReader, ConversionRule, Converted, ReceiptReader, Send, SendReader } from '#libs/sends';
import { convertedBy } from './conversion-value.ts';
import type { RecordConversion } from './record-conversion.ts';

/** What a user did. */
export interface ConvertingEvent {
  readonly app: string;
  readonly externalId: string;
  readonly name: string;
  /** ms */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Candidate {
  readonly message: Conversion;
  readonly converted: Converted;
}

/** Messages of a send wait so long; the longest window ends before. */
const keptMs = 60 * 86_400_000;

/**
 * Finds which messages a user's event converts: of each send at most one, the opened before the accepted and the later before the earlier; each message once.
 * The same event again converts nothing more. Throws DependencyUnavailable.
 */
export class ConvertMessages {
  constructor(
    private readonly conversions: ConversionReader,
    private readonly sends: SendReader,
    private readonly receipts: ReceiptReader,
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly record: RecordConversion,
  ) {}

  async execute(event: ConvertingEvent): Promise<void> {
    const { app } = event;
    const user = await this.users.findByExternalId(app, event.externalId);
    if (!user) return;
    const epochs = new Map((await this.installations.findByUser(app, user.userId)).map(({ id, ownerEpoch }) => [id, ownerEpoch]));
    if (epochs.size === 0) return;
    const found = await this.conversions.ofInstallations(app, [...epochs.keys()], event.at - keptMs);
    const own = found.filter(({ installationId, ownerEpoch }) => epochs.get(installationId) === ownerEpoch);
    for (const [sendId, messages] of Map.groupBy(own, (message) => message.sendId)) {
      const send = await this.sends.findById(app, sendId);
      if (send?.conversion?.event === event.name) await this.#convertOne(send, send.conversion, messages, event);
    }
  }

  async #convertOne(send: Send, rule: ConversionRule, messages: readonly Conversion[], event: ConvertingEvent): Promise<void> {
    const known = messages.find(({ converted }) => converted?.event === `${event.name}:${event.at}`);
    if (known?.converted) return this.record.tell(known, known.converted);
    const candidates: Candidate[] = [];
    for (const message of messages.filter(({ converted }) => converted === null)) {
      const converted = convertedBy(rule, event, message.acceptedAt, await this.#openedAt(message));
      if (converted) candidates.push({ message, converted });
    }
    const best = candidates.find(({ converted }) => converted.after === 'opened') ?? candidates[0];
    if (best) await this.record.execute(send, best.message, best.converted);
  }

  /** By the device's clock, or by ours where the device's is ahead. */
  async #openedAt({ app, sendId, installationId }: Conversion): Promise<number | null> {
    const said = (await this.receipts.ofInstallations(app, sendId, [installationId])).get(installationId) ?? [];
    const opened = said.find(({ kind }) => kind === 'opened');
    return opened ? Math.min(opened.at, opened.takenAt) : null;
  }
}
