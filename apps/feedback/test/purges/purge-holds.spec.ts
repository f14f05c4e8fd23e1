import { AuditLog } from '#libs/access';
import { insertPage } from '#libs/sends/page/writing';
import { insertSend } from '#libs/sends/send/writing';
import { ResultRepository } from '#libs/sends/result/writing';
import { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import { DEFAULT_REGISTRY_SETTINGS, InstallationRepository, RegisterInstallation, UserRepository } from '#libs/registry';
import { IndexSet, noResult, type TokenFinding } from '#libs/sends';
import { aSend, takeNotes } from '#libs/testing';
import type { TestHttp } from '#libs/testing/http';
import { CarryOutFindings } from '../../src/purges/carry-out-findings.ts';
import { startFeedback } from '../feedback-http.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';
const hold = `${sendId}.apns.confirmed`;
const phones = ['phone-0', 'phone-1', 'phone-2', 'phone-3'];
/** Answers of the send; so many of them that the breaker judges. */
const size = 250;
let http: TestHttp;

beforeEach(async () => {
  http = await startFeedback();
});

afterEach(() => http.close());

const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<T>(type, { strict: false });
const tokenOf = (n: number) => new PushToken(n.toString(16).padStart(64, 'a'));

async function register(n: number, token: PushToken): Promise<void> {
  const parts = [part(InstallationRepository), part(UserRepository), part(Clock), part(Fingerprinter), part(Random)] as const;
  await new RegisterInstallation(...parts).execute({
    app: 'shop',
    installationId: phones[n] ?? '',
    by: 'server',
    fields: { platform: 'ios', provider: 'apns', permission: 'granted' },
    token,
    startsSession: true,
    settings: DEFAULT_REGISTRY_SETTINGS,
  });
}

const installationOf = async (n: number) => {
  const found = await part(InstallationRepository).findById('shop', phones[n] ?? '');
  if (!found) throw new Error(`${phones[n]} is gone`);
  return found;
};

async function finding(n: number, facts: Partial<TokenFinding> = {}): Promise<TokenFinding> {
  const { tokenConfirmedAt } = await installationOf(n);
  const fingerprint = part(Fingerprinter).of(tokenOf(n));
  const said = { outcome: 'token_invalid', reason: 'BadDeviceToken', sealedToken: null, imported: false, invalidSince: null } as const;
  return { ...said, index: n, fingerprint, confirmedAt: tokenConfirmedAt ?? 0, ...facts };
}

/** A finished send, 200 of whose 250 tokens APNs called invalid; what it said of the four phones waits. */
async function held(facts: Partial<TokenFinding> = {}): Promise<void> {
  for (const n of phones.keys()) await register(n, tokenOf(n));
  const batch = { id: `${sendId}:0:000000:0`, provider: 'apns', lane: 'bulk', size, dueAt: 0 } as const;
  const ids = Array.from({ length: size }, (_, n) => phones[n] ?? `other-${n}`);
  await http.store.write(() => {
    insertSend(http.store, aSend({ id: sendId, app: 'shop', createdAt: http.clock.now(), state: 'done', finishedAt: http.clock.now() }));
    insertPage(http.store, {
      ...{ id: `${sendId}:0:000000`, app: 'shop', sendId, slice: 0, n: 0, after: '', through: 'shop;', last: true, plannedAt: 1 },
      entries: ids.map((installationId) => ({ installationId, ownerEpoch: 0, batch: 0, suppressedBy: null })),
      batches: [batch],
    });
  });
  const all = IndexSet.upTo(size);
  const dead = IndexSet.upTo(200);
  const results = [
    { outcome: 'token_invalid', reason: 'BadDeviceToken', messages: dead },
    { outcome: 'accepted', reason: null, messages: all.minus(dead) },
  ] as const;
  const imported = facts.imported === true ? all : IndexSet.empty();
  const pendingFindings = await Promise.all([...phones.keys()].map((n) => finding(n, facts)));
  const updatedAt = http.clock.now();
  const result = { ...noResult(batch, 'shop'), revision: 1, results, final: all, imported, pendingFindings, settled: true, updatedAt };
  await part(ResultRepository).save(result, []);
}

const path = '/v1/apps/shop/purge-holds';
const call = async (method: 'GET' | 'POST', url: string, app = 'shop') =>
  http.call(method, url, { key: await http.keys.key(app, 'server') });
const list = async () => (await call('GET', path)).body as { items: Record<string, unknown>[] };
const pending = async () => (await part(ResultRepository).findById(`${sendId}:0:000000:0`))?.pendingFindings.length;
/** What the sweep does with results that are due. */
const sweep = async () => {
  for (const { batchId } of await part(ResultRepository).findDue(http.clock.now(), 10)) await part(CarryOutFindings).execute(batchId);
};
const withToken = async () => {
  const found = await Promise.all([...phones.keys()].map(installationOf));
  return found.filter(({ token }) => token !== null).length;
};

it('an installation whose token lives in the other environment is set right, and keeps the token', async () => {
  await held({ outcome: 'token_moved', reason: 'environment_corrected_to_sandbox', sealedToken: 'not opened' });

  await part(CarryOutFindings).execute(`${sendId}:0:000000:0`);

  expect(await Promise.all([...phones.keys()].map(async (n) => (await installationOf(n)).environment))).toEqual(
    phones.map(() => 'sandbox'),
  );
  expect([await withToken(), await pending()]).toEqual([phones.length, 0]);
});

it('an installation whose person has blocked the app at the provider is in the background at once, whatever the breaker holds', async () => {
  await held({ outcome: 'opted_out', reason: '110001' });
  const answers = () => Promise.all([...phones.keys()].map(async (n) => (await installationOf(n)).notificationsEnabled));

  await part(CarryOutFindings).execute(`${sendId}:0:000000:0`);

  expect(await answers()).toEqual(phones.map(() => false));
  expect([await withToken(), await pending()]).toEqual([phones.length, 0]);
});

it('R49: messages that are dropped for 30 days count as uninstalled, whatever the breaker holds', async () => {
  await held({ outcome: 'dropped', reason: 'dropped' });
  const since = http.clock.now() - 30 * 86_400_000;
  const installations = part(InstallationRepository);
  const found = await installationOf(0);
  await installations.save({ ...found, droppedSince: since, revision: found.revision + 1 }, [], []);

  await part(CarryOutFindings).execute(`${sendId}:0:000000:0`);

  expect(await installationOf(0)).toMatchObject({ token: null, tokenLostReason: 'dropped_for_30_days', uninstalledAt: since });
  expect(await installationOf(1)).toMatchObject({ tokenLostReason: null, droppedSince: http.clock.now() });
  expect([await withToken(), await pending()]).toEqual([phones.length - 1, 0]);
});

it('R49: a message that was received ends what was dropped before it', async () => {
  await held({ outcome: 'received', reason: 'received' });
  const installations = part(InstallationRepository);
  const found = await installationOf(0);
  await installations.save({ ...found, droppedSince: 5, revision: found.revision + 1 }, [], []);

  await part(CarryOutFindings).execute(`${sendId}:0:000000:0`);

  expect(await installationOf(0)).toMatchObject({ droppedSince: null });
  expect([await withToken(), await pending()]).toEqual([phones.length, 0]);
});

describe('purge holds (R51)', () => {
  it('say what was found, of how many, since when, and what most likely happened', async () => {
    await held();

    expect((await list()).items).toEqual([
      {
        ...{ id: hold, sendId, provider: 'apns', bucket: 'confirmed', tokens: 4, share: 0.8, sample: 250 },
        since: new Date(http.clock.now()).toISOString(),
        likelyCause: 'wrong_environment',
      },
    ]);
  });

  it.each([
    [{ imported: true }, 'old_import'],
    [{ reason: 'SENDER_ID_MISMATCH' }, 'wrong_project'],
    [{ reason: 'Unregistered' }, 'unknown'],
  ])('of findings like %j are most likely %s', async (facts, likelyCause) => {
    await held(facts);

    expect((await list()).items).toMatchObject([{ likelyCause }]);
  });

  it('are of their app alone, and of sends that are over', async () => {
    await held();
    await http.keys.app('other');
    expect((await call('GET', '/v1/apps/other/purge-holds', 'other')).body).toEqual({ items: [], cursor: null });
    expect(await call('POST', `/v1/apps/other/purge-holds/${hold}/release`, 'other')).toMatchObject({ status: 404 });
    expect(await pending()).toBe(4);
  });

  it('that are released purge their tokens, but for one that was registered again meanwhile', async () => {
    const taken = takeNotes();
    await held();
    http.clock.advance(60_000);
    await register(2, tokenOf(2)); // R11: confirmed anew

    expect(await call('POST', `${path}/${hold}/release`)).toMatchObject({ status: 200, body: { id: hold, tokens: 4 } });

    await sweep();
    expect(await pending()).toBe(0);
    expect(await withToken()).toBe(1);
    expect((await list()).items).toEqual([]);
    taken.end();
    expect(taken.notes).toContainEqual(expect.objectContaining({ event: 'purge hold released', app: 'shop', tokens: 4 }));
  });

  it('that are discarded keep their tokens', async () => {
    await held();

    expect(await call('POST', `${path}/${hold}/discard`)).toMatchObject({ status: 200, body: { tokens: 4 } });

    expect(await pending()).toBe(0);
    expect(await withToken()).toBe(4);
    expect(await call('POST', `${path}/${hold}/discard`)).toMatchObject({ status: 404, body: { code: 'purge_hold_not_found' } });
  });

  it.each(['release', 'discard'])('are audited when somebody decides to %s them, once', async (decision) => {
    await held();
    const ours = async () => (await part(AuditLog).list('shop', undefined, 10)).filter(({ action }) => action.startsWith('purge_hold.'));

    expect(await call('POST', `${path}/nonsense/${decision}`)).toMatchObject({ status: 404 });
    expect(await ours()).toEqual([]);
    for (let times = 0; times < 2; times += 1) await call('POST', `${path}/${hold}/${decision}`);
    await sweep();

    expect(await ours()).toMatchObject([
      {
        app: 'shop',
        action: `purge_hold.${decision}${decision === 'release' ? 'd' : 'ed'}`,
        target: hold,
        actor: expect.stringMatching(/^server:./) as string,
      },
    ]);
  });

  it.each(['nonsense', `${sendId}.apns`, `${sendId}.apns.others`, `${sendId}.smoke.confirmed`, `${sendId}.apns.imported`, `${hold}.x`])(
    'called %s are none',
    async (id) => {
      await held();

      expect(await call('POST', `${path}/${id}/release`)).toMatchObject({ status: 404, body: { code: 'purge_hold_not_found' } });
      expect(await pending()).toBe(4);
    },
  );
});
