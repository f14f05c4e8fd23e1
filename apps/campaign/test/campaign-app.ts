import { CredentialRepository } from '#libs/access';
import { batchSettledV1, eventOf, type DomainEvent } from '#libs/events';
import { EventParts, eventMigrations, startConsumers, startHttp, type HttpAnswer, type TestHttp } from '#libs/testing/http';
import { Fingerprinter, Random, newId, type ProviderName } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import {
  DEFAULT_REGISTRY_SETTINGS,
  RegisterInstallation,
  SqliteInstallationRepository,
  SqliteUserRepository,
  UpdateUser,
  type Installation,
  type Platform,
  type Subscription,
  type UserChange,
} from '#libs/registry';
import { PushToken } from '#libs/kernel';
import {
  type Attempt,
  IndexSet,
  type OutcomeCode,
  type PlannedBatch,
  type ProviderState,
  SqlitePageReader,
  type Suppression,
  attemptMigrations,
  firstAttemptId,
  noResult,
  resultMigrations,
} from '#libs/sends';
import { SqliteAttemptRepository } from '#libs/sends/attempt/writing';
import { SqliteResultRepository } from '#libs/sends/result/writing';
import { until } from '#libs/testing';
import { eventsIn } from '#libs/testing/store';
import { campaign } from '../src/campaign.module.ts';

export interface PhoneFacts {
  readonly user?: string;
  readonly platform?: Platform;
  readonly provider?: ProviderName;
  /** null: the installation has none. */
  readonly token?: string | null;
  readonly notificationsEnabled?: boolean;
  readonly tags?: readonly string[];
  readonly mutedChannels?: readonly string[];
  readonly timeZone?: string;
}

export type Verdict = readonly [outcome: OutcomeCode, reason?: Suppression];

export type Body = Record<string, unknown>;

export const app = 'shop';

/** The whole of campaign over the embedded adapters; dispatchers and feedback are what a test makes of them. */
export class CampaignApp {
  private constructor(
    readonly http: TestHttp,
    readonly key: string,
    readonly pages: SqlitePageReader,
    readonly log: SqliteEventLog,
  ) {}

  static async open({
    settings = {},
    consuming = true,
    alone = false,
  }: { settings?: Record<string, string>; consuming?: boolean; alone?: boolean } = {}): Promise<CampaignApp> {
    const http = await startHttp({
      imports: [EventParts.embedded({ alone }), campaign.module(campaign.settings.parse(settings), 'embedded')],
      migrations: [...eventMigrations, ...attemptMigrations, ...resultMigrations],
    });
    await http.keys.app(app);
    if (consuming) await startConsumers(http);
    return new CampaignApp(http, await http.keys.key(app, 'server'), new SqlitePageReader(http.store), http.app.get(SqliteEventLog));
  }

  close(): Promise<void> {
    return this.http.close();
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.http.call(method, `/v1/apps/${app}${path}`, { key: this.key, headers, ...(body !== undefined && { body }) });
  }

  async send(body: Body, headers: Record<string, string> = {}): Promise<Body & { sendId: string }> {
    const answer = await this.call('POST', '/sends', { message: { title: 'Hello' }, ...body }, headers);
    if (answer.status !== 202 && answer.status !== 200) throw new Error(answer.text);
    return answer.body as Body & { sendId: string };
  }

  async show(sendId: string): Promise<Body & { counts: Body; state: string }> {
    this.http.clock.advance(1_000); // numbers may be a second old
    return (await this.call('GET', `/sends/${sendId}`)).body as Body & { counts: Body; state: string };
  }

  /** Registers so many, `p0` and on, some at a time. */
  async phones(count: number): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => `p${index}`);
    for (let from = 0; from < count; from += 500) await Promise.all(ids.slice(from, from + 500).map((id) => this.phone(id)));
  }

  /** Registers an installation as a server would. */
  async phone(id: string, facts: PhoneFacts = {}): Promise<Installation> {
    const {
      user,
      platform = 'ios',
      provider = 'apns',
      token = `token-${id}`,
      notificationsEnabled = true,
      tags = [],
      mutedChannels = [],
      timeZone,
    } = facts;
    const { store, clock } = this.http;
    const { installation } = await new RegisterInstallation(
      this.installations,
      new SqliteUserRepository(store, this.log),
      clock,
      this.http.app.get(Fingerprinter),
      this.http.app.get(Random),
    ).execute({
      app,
      installationId: id,
      by: 'server',
      fields: { platform, provider, notificationsEnabled, tags, mutedChannels, ...(timeZone !== undefined && { timeZone }) },
      token: token === null ? null : new PushToken(token),
      ...(user !== undefined && { externalId: { value: user, verified: true } }),
      startsSession: true,
      settings: DEFAULT_REGISTRY_SETTINGS,
    });
    return installation;
  }

  get installations(): SqliteInstallationRepository {
    return new SqliteInstallationRepository(this.http.store, this.log);
  }

  subscribe(user: string, subscription: Subscription): Promise<void> {
    return this.#updateUser(user, { subscription });
  }

  attributes(user: string, attributes: UserChange['attributes']): Promise<void> {
    return this.#updateUser(user, attributes === undefined ? {} : { attributes });
  }

  async #updateUser(user: string, change: UserChange): Promise<void> {
    const { store, clock } = this.http;
    const users = new SqliteUserRepository(store, this.log);
    const update = new UpdateUser(users, this.installations, clock, this.http.app.get(Random));
    await update.execute(app, user, change, { create: true, maxTags: 60 });
  }

  /** Gives the app a credential that reaches real phones. */
  async credential(provider: ProviderName, simulated: boolean): Promise<void> {
    await this.http.app
      .get(CredentialRepository)
      .save(
        { app, provider, revision: 1, simulated, bundleIds: ['app.shop'], updatedAt: this.http.clock.now() },
        { id: newId(), at: this.http.clock.now(), app, actor: 'test', action: 'credential.set', target: provider },
      );
  }

  /** Plays a dispatcher that tells how it finds a provider. */
  async providerIs(provider: ProviderName, facts: Partial<ProviderState>): Promise<void> {
    const at = this.http.clock.now();
    const state: ProviderState = {
      app, provider, process: 'd1', at, health: 'ok', detail: null, since: at, retryAt: at + 5_000, inFlight: 0, connections: 1, ratePerSecond: 0,
      parkedBatches: 0, ...facts,
    }; // prettier-ignore
    await this.http.store.write(() => {
      this.#insert('provider_states', { app, provider, process: 'd1', at, body: JSON.stringify(state) });
    });
  }

  /** Every planned batch of a send, in order. */
  async batches(sendId: string): Promise<readonly PlannedBatch[]> {
    return (await this.pages.after(sendId, null, 10_000)).flatMap((page) => page.batches);
  }

  /** Plays dispatcher and feedback: every message of the batch gets this verdict, and the batch is settled; again, after a replay. */
  async settle(batch: PlannedBatch, [outcome, reason]: Verdict = ['accepted']): Promise<void> {
    const messages = IndexSet.upTo(batch.size);
    const results = new SqliteResultRepository(this.http.store, this.log);
    const before = await results.findById(batch.id);
    const [sendId = ''] = batch.id.split(':');
    const updatedAt = this.http.clock.now();
    await results.save(
      {
        ...noResult(batch, app),
        revision: (before?.revision ?? 0) + 1,
        results: [{ outcome, reason: reason ?? null, messages }],
        final: messages,
        settled: true,
        updatedAt,
      },
      [eventOf(batchSettledV1, { app, sendId, batchId: batch.id }, { source: 'carillon/feedback', at: updatedAt })],
    );
  }

  /** Settles whatever is planned until the send is over. */
  async settleAll(sendId: string, verdict: Verdict = ['accepted']): Promise<void> {
    const settled = new Set<string>();
    await until(async () => {
      for (const batch of await this.batches(sendId)) {
        if (settled.has(batch.id)) continue;
        settled.add(batch.id);
        await this.settle(batch, verdict);
      }
      return (await this.show(sendId))['finishedAt'] !== null;
    });
  }

  /** Plays a dispatcher that has taken a batch; `isOpen`: messages are on the wire. */
  async claim(batch: PlannedBatch, isOpen = false): Promise<void> {
    const [sendId = ''] = batch.id.split(':');
    const now = this.http.clock.now();
    const attempts = new SqliteAttemptRepository(this.http.store, this.log);
    const before = await attempts.findById(firstAttemptId(batch.id));
    const attempt: Attempt = {
      id: firstAttemptId(batch.id), batchId: batch.id, app, sendId, provider: batch.provider, lane: batch.lane, depth: 1,
      state: isOpen ? 'claimed' : 'done', epoch: 1, revision: 1, owner: 'test', leaseUntil: now + 30_000, mask: IndexSet.upTo(batch.size),
      intended: IndexSet.upTo(isOpen ? batch.size : 0), results: [], doubt: IndexSet.empty(), doubtAgain: 0, imported: IndexSet.empty(), retry: [], tokens: [],
      createdAt: now, updatedAt: now, parkedFor: null, dueAt: null,
    }; // prettier-ignore
    if (before) await attempts.replace(before, attempt, []);
    else await attempts.insert(attempt);
  }

  /** The events of a type that ever entered the log. */
  events(type: string): readonly DomainEvent['envelope'][] {
    return eventsIn(this.http.store).filter((envelope) => envelope.type === type);
  }

  #insert(table: string, row: object): void {
    const columns = Object.keys(row).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    this.http.store
      .sql(`INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
      .run(...(Object.values(row) as (string | number | null)[]));
  }
}
