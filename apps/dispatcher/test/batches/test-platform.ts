import { SqliteHaltRepository, accessMigrations, haltBy, type HaltedPart } from '#libs/access';
import { batchAttemptedV1, batchPlannedV1, type EventEnvelope } from '#libs/events';
import { SqliteEventLog } from '#libs/messaging';
import { SqliteActivityTokens, SqliteInstallationRepository, SqliteUserRepository, type Installation, type User } from '#libs/registry';
import {
  type Attempt,
  type Send,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteSendReader,
  firstAttemptId,
  sendsMigrations,
} from '#libs/sends';
import { SqliteAttemptRepository } from '#libs/sends/attempt/writing';
import { insertPage } from '#libs/sends/page/writing';
import { insertSend, updateSend } from '#libs/sends/send/writing';
import { SqliteStore } from '#libs/storage';
import { FixedClock, aPage, aPageEntry, aSend } from '#libs/testing';
import type { z } from 'zod';
import { CredentialSource, type ProviderCredential } from '../../src/providers/credential-source.ts';
import type { BatchPlanned } from '../../src/batches/planned-batches.ts';
import { aUser, anInstallation } from './test-phones.ts';
import { TestPositions } from './test-positions.ts';
import { TestProvider } from './test-provider.ts';

type BatchAttempted = z.output<typeof batchAttemptedV1.data>;

class TestCredentials extends CredentialSource {
  credential: ProviderCredential | undefined = { id: 'demo:apns:1', simulated: true, bundleIds: ['app.demo'], fields: {} };

  async get(): Promise<ProviderCredential | undefined> {
    return this.credential;
  }
}

/** The documents and the log that dispatchers share. */
export class TestPlatform {
  readonly clock = new FixedClock('2026-03-01T12:00:00Z');
  readonly store = new SqliteStore({ file: ':memory:' });
  readonly log = new SqliteEventLog(this.store, this.clock);
  readonly installations = new SqliteInstallationRepository(this.store, this.log);
  readonly activities = new SqliteActivityTokens(this.store);
  readonly users = new SqliteUserRepository(this.store, this.log);
  readonly attempts = new SqliteAttemptRepository(this.store, this.log);
  readonly attemptReader = new SqliteAttemptReader(this.store);
  readonly sends: SqliteSendReader;
  readonly pages: SqlitePageReader;
  readonly halts = new SqliteHaltRepository(this.store);
  /** What these dispatchers read they take from the store itself: what is published leaves its queue at once, unless a test holds it there. */
  readonly positions = new TestPositions();
  readonly provider = new TestProvider();
  readonly credentials = new TestCredentials();

  constructor() {
    this.store.migrate(sendsMigrations);
    this.store.migrate(accessMigrations);
    this.sends = new SqliteSendReader(this.store);
    this.pages = new SqlitePageReader(this.store);
  }

  /** A send with one page of one batch to phones `0 … phones-1`, whose tokens are `token-0 …`. It may go after `dueInMs`. Answers its event. */
  async plan(phones: number, facts: Partial<Send> = {}, ownerEpoch = 0, dueInMs = 0, isCanary = false): Promise<BatchPlanned> {
    const now = this.clock.now();
    const send = aSend({ createdAt: now, expiresAt: now + 3_600_000, state: 'sending', ...facts });
    const ids = Array.from({ length: phones }, (_, at) => `phone-${at}`);
    const page = aPage({ sendId: send.id, entries: ids.map((installationId) => aPageEntry({ installationId, ownerEpoch })) });
    const [batch] = page.batches;
    if (!batch) throw new Error('a page has a batch');
    await this.store.write(() => {
      insertSend(this.store, send);
      insertPage(this.store, { ...page, batches: [{ ...batch, size: phones, dueAt: now + dueInMs, ...(isCanary && { isCanary }) }] });
    });
    const { id: batchId, provider, lane } = batch;
    return { app: send.app, sendId: send.id, batchId, attemptId: firstAttemptId(batchId), provider, lane };
  }

  async changeSend(id: string, facts: Partial<Send>): Promise<void> {
    const send = await this.sends.findById('demo', id);
    if (send) await this.store.write(() => updateSend(this.store, { ...send, ...facts, revision: send.revision + 1 }));
  }

  /** Registers phones `0 … phones-1`, each with a user of its own. */
  async register(phones: number, facts: (at: number) => Partial<Installation> = () => ({})): Promise<void> {
    for (let at = 0; at < phones; at += 1) {
      await this.users.save(aUser(`user-${at}`), []);
      await this.installations.save(anInstallation(at, facts(at)), [], []);
    }
  }

  /** An operator halts a part, or lets it go on. */
  async halt(part: HaltedPart, isOn = true): Promise<void> {
    const by = { kind: 'admin', keyId: 'test' } as const;
    const word = haltBy(part, await this.halts.find(part), { isOn, by, reason: 'operator' }, this.clock.now());
    if (word) await this.halts.save(word.halt, word.audit);
  }

  async changeInstallation(at: number, facts: Partial<Installation>): Promise<void> {
    const found = await this.installations.findById('demo', `phone-${at}`);
    if (found) await this.installations.save({ ...found, ...facts, revision: found.revision + 1 }, [], []);
  }

  async changeUser(at: number, facts: Partial<User>): Promise<void> {
    const found = await this.users.findById('demo', `user-${at}`);
    if (found) await this.users.save({ ...found, ...facts, revision: found.revision + 1 }, []);
  }

  async attempt(id: string): Promise<Attempt> {
    const attempt = await this.attempts.findById(id);
    if (!attempt) throw new Error(`no attempt ${id}`);
    return attempt;
  }

  /** What was told of attempts so far. */
  attempted(): readonly BatchAttempted[] {
    return this.#dataOf('batch.attempted.v1').map((data) => batchAttemptedV1.data.parse(data));
  }

  /** What the sweep has published so far. */
  planned(): readonly BatchPlanned[] {
    return this.#dataOf('batch.planned.v1').map((data) => batchPlannedV1.data.parse(data));
  }

  #dataOf(type: string): readonly unknown[] {
    const rows = this.store.sql('SELECT value FROM log_records ORDER BY at, topic, partition, "offset"').all();
    const events = rows.map((row) => JSON.parse(String(row['value'])) as EventEnvelope);
    return events.filter((event) => event.type === type).map(({ data }) => data);
  }
}

const platforms: TestPlatform[] = [];

export function aPlatform(): TestPlatform {
  const platform = new TestPlatform();
  platforms.push(platform);
  return platform;
}

export function closePlatforms(): void {
  for (const { store } of platforms.splice(0)) store.close();
}
