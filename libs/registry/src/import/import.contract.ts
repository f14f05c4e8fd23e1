import { PushToken } from '#libs/kernel';
import { Registry, anImportJob, app, fingerprintOf, type OpenRegistry } from '../opened-registry.contract.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { ImportJob, ImportedDevice, ImportedItem, ImportedLine } from './import-job.ts';

const t = (n: number): string => n.toString(16).padStart(64, '0');

interface Said extends Partial<Omit<ImportedDevice, 'token'>> {
  readonly token?: string | null;
  readonly externalId?: string | null;
  readonly user?: ImportedItem['user'];
}

function item(ref: string, { externalId = null, user = {}, token = null, ...device }: Said): ImportedItem {
  const fields = { platform: 'ios', provider: 'apns', notificationsEnabled: true, ...device.fields } as const;
  const shown = token === null ? null : new PushToken(token);
  return { ref, externalId, user, device: { id: null, firstSeenAt: null, lastSeenAt: null, ...device, fields, token: shown } };
}

function person(ref: string, externalId: string, user: ImportedItem['user'] = {}): ImportedItem {
  return { ref, externalId, user, device: null };
}

/** Lines of one item each, numbered from `from` on. */
function linesFrom(from: number, ...said: readonly (Said | ImportedItem)[]): ImportedLine[] {
  return said.map((one, at) => {
    const line = from + at;
    return { line, lastLine: line, end: line * 10, items: ['ref' in one ? one : item(String(line), one)], refused: 0, problems: [] };
  });
}

function lines(...said: readonly (Said | ImportedItem)[]): ImportedLine[] {
  return linesFrom(1, ...said);
}

/** What an import promises of installations and people (R17 to R21), on every store. */
export function importContract(adapter: string, open: OpenRegistry): void {
  describe(`${adapter}: imports`, () => {
    async function opened(job: Partial<ImportJob> = {}, settings: Partial<RegistrySettings> = {}) {
      const registry = new Registry(await open(), settings);
      const stored = anImportJob(job);
      await registry.opened.imports.insert(stored);
      const run = (given: readonly ImportedLine[], from: ImportJob = stored) =>
        registry.importLines.execute({ job: from, part: 1, lines: given, settings: registry.settings, readMs: 0 });
      return { registry, stored, run };
    }

    it('R17: imports tokens with platform, and with id and user where they are known', async () => {
      const { registry, run } = await opened();

      const job = await run(
        lines({ id: 'phone', token: t(1), externalId: 'charlie' }, { token: t(2) }, { id: 'pad', fields: { tags: ['vip'] } }),
      );

      expect(job.counts).toMatchObject({ lines: 3, created: 3, existing: 0, rejected: 0 });
      expect(await registry.installation('phone')).toMatchObject({
        externalId: 'charlie', tokenFingerprint: fingerprintOf(t(1)), tokenImported: true, userVerified: false, notificationsEnabled: true,
      }); // prettier-ignore
      expect(await registry.installation(`import-${fingerprintOf(t(2))}`)).toMatchObject({ externalId: null, temporary: true });
      expect((await registry.installation('pad')).tags).toEqual(['vip']);
      expect(await registry.ledgerOf('phone')).toEqual(['imported ->charlie -']);
      expect(await registry.registeredOf('charlie')).toEqual(['phone']);
    });

    it('R18: leaves a token that exists anywhere as it is', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });
      await registry.start('phone', t(1), {}, { externalId: { value: 'kim', verified: true } });
      const before = await registry.installation('phone');

      const job = await run(
        lines(
          { token: t(1), externalId: 'charlie' },
          { id: 'other', token: t(1) },
          { id: 'new', token: t(2) },
          { id: 'twice', token: t(2) },
        ),
      );

      expect(job.counts).toMatchObject({ lines: 4, created: 1, existing: 3 });
      expect(await registry.installation('phone')).toEqual(before);
      expect(await registry.opened.users.findByExternalId(app, 'charlie')).toBeUndefined();
    });

    it('R18: leaves a token that moves between two installations to the one that claims it (P3)', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });
      await registry.start('phone', t(2));
      const phone = await registry.installation('phone');
      const claim = { token: new PushToken(t(1)), fingerprint: fingerprintOf(t(1)), at: phone.ledgerAt + 1, imported: false };
      const claiming = { ...phone, revision: phone.revision + 1, token: null, tokenFingerprint: null, claim };
      await registry.opened.installations.save(claiming, [], [], phone);

      const job = await run(lines({ id: 'other', token: t(1) }, { id: 'third', token: t(2) }));

      expect(job.counts).toMatchObject({ lines: 2, created: 1, existing: 1 });
      expect(await registry.opened.installations.findById(app, 'other')).toBeUndefined();
    });

    it('R19: the installation made for a bare token goes when the device itself comes, its anonymous user with it', async () => {
      const { registry, run } = await opened();
      await run(lines({ token: t(1) }));
      const temporary = await registry.installation(`import-${fingerprintOf(t(1))}`);
      registry.opened.clock.advance(10_000);

      await registry.start('phone', t(1), {}, { externalId: { value: 'kim', verified: true } });

      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      expect(await registry.opened.installations.findById(app, temporary.id)).toBeUndefined();
      registry.opened.clock.advance(2 * 60 * 60 * 1_000);
      await registry.sweep.execute();
      expect(await registry.opened.users.findById(app, temporary.userId)).toBeUndefined();
      expect((await registry.installation('phone')).tokenImported).toBe(false);
    });

    it('R20: an anonymous user with an imported token stays, however silent it is', async () => {
      const { registry, run } = await opened();
      await run(lines({ token: t(1), lastSeenAt: 0 }));
      registry.opened.clock.advance(400 * 24 * 60 * 60 * 1_000);

      await registry.sweep.execute();

      expect((await registry.installation(`import-${fingerprintOf(t(1))}`)).token).not.toBeNull();
    });

    it('creates only, and leaves people and installations that are there as they are', async () => {
      const { registry, run } = await opened();
      await registry.start('phone', t(1), { tags: ['mine'] }, { externalId: { value: 'kim', verified: true } });

      const job = await run(
        lines(
          { id: 'phone', token: t(1), fields: { tags: ['theirs'] } },
          { id: 'pad', token: t(2), externalId: 'kim', user: { tags: ['old'] } },
        ),
      );

      expect(job.counts).toMatchObject({ created: 1, existing: 1 });
      expect((await registry.installation('phone')).tags).toEqual(['mine']);
      expect((await registry.user('kim')).tags).toEqual([]);
      expect((await registry.installation('pad')).externalId).toBe('kim');
    });

    it('upserts: a file that comes again says nothing new of anybody', async () => {
      const { registry, stored, run } = await opened({ mode: 'upsert' });
      const file = lines({ id: 'phone', token: t(1), externalId: 'kim', user: { tags: ['old'] }, fields: { tags: ['vip'] } });
      await run(file);
      const before = await registry.installation('phone');
      const again = { ...stored, id: 'i2' };
      await registry.opened.imports.insert(again);

      expect((await run(file, again)).counts).toMatchObject({ lines: 1, existing: 1, updated: 0 });
      expect(await registry.installation('phone')).toEqual(before);
    });

    it('upserts: what an import made changes in all, what a device has said of itself only in what servers say', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });
      let job = await run(lines({ id: 'made', token: t(1), fields: { model: 'old' } }));
      await registry.start(
        'own',
        t(2),
        { model: 'new' },
        { externalId: { value: 'kim', verified: true }, secret: { offered: 'x', shown: null } },
      );

      job = await run(
        linesFrom(
          2,
          { id: 'made', token: t(3), fields: { model: 'newer', notificationsEnabled: false } },
          { id: 'own', token: t(4), externalId: 'charlie', fields: { model: 'old', tags: ['vip'], notificationsEnabled: false } },
          { id: 'own', token: t(4), externalId: 'charlie', fields: { tags: ['vip'] } },
        ),
        job,
      );

      expect(job.counts).toMatchObject({ lines: 4, created: 1, updated: 2, existing: 1 });
      expect(await registry.installation('made')).toMatchObject({
        model: 'newer',
        tokenFingerprint: fingerprintOf(t(3)),
        notificationsEnabled: false,
      });
      expect(await registry.installation('own')).toMatchObject({
        model: 'new', tags: ['vip'], tokenFingerprint: fingerprintOf(t(2)), notificationsEnabled: true, externalId: 'kim',
      }); // prettier-ignore
    });

    it('imports people without devices, and gives what is new of them to their installations', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });
      await registry.start('phone', t(1), {}, { externalId: { value: 'kim', verified: true } });

      const job = await run(
        lines(
          person('1', 'kim', { attributes: { plan: 'gold' } }),
          person('2', 'kim', { subscription: 'unsubscribed' }),
          person('3', 'ada', { tags: ['new'] }),
          { id: 'pad', token: t(2), externalId: 'ada', user: { attributes: { age: 36 } } },
        ),
      );

      expect(job.counts).toMatchObject({ created: 2, updated: 2 });
      expect(await registry.installation('phone')).toMatchObject({ userAttributes: { plan: 'gold' }, subscription: 'unsubscribed' });
      expect(await registry.user('ada')).toMatchObject({ tags: ['new'], attributes: { age: 36 }, revision: 1 });
      expect(await registry.installation('pad')).toMatchObject({ userTags: ['new'], userAttributes: { age: 36 } });
    });

    it('says no event of a single line', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });

      await run(lines({ id: 'a', token: t(1), externalId: 'kim' }, { id: 'a', token: t(2) }, person('3', 'kim', { tags: ['x'] })));

      expect(await registry.opened.published()).toEqual([]);
    });

    it('refuses what an app does not allow, line by line, and keeps every problem', async () => {
      const { registry, stored, run } = await opened({}, { maxTags: 1 });
      const many = lines(...Array.from({ length: 120 }, () => ({ token: t(1), fields: { tags: ['a', 'b'] } })));

      const job = await run(many);

      expect(job.counts).toMatchObject({ lines: 120, rejected: 120, problems: 120 });
      expect(job.problems).toHaveLength(100);
      expect(job.problems[1]).toEqual({ part: 1, line: 2, pointer: '', message: 'At most 1 tags are allowed', rejected: true });
      const first = await registry.opened.imports.problems(stored.id, undefined, 50);
      const rest = await registry.opened.imports.problems(stored.id, first.at(-1)?.place, 100);
      expect([...first, ...rest].map(({ problem }) => problem.line)).toEqual(many.map(({ line }) => line));
    });

    it('writes nothing in a dry run but what would become of the lines', async () => {
      const { registry, run } = await opened({ dryRun: true });

      const job = await run(lines({ id: 'a', token: t(1), externalId: 'kim' }));

      expect(job).toMatchObject({ step: 1, counts: { lines: 1, created: 1 }, position: { part: 1, line: 1, offset: 10 } });
      expect(await registry.opened.installations.findById(app, 'a')).toBeUndefined();
      expect(await registry.opened.users.findByExternalId(app, 'kim')).toBeUndefined();
    });

    it('leaves the import to another process that has gone on with it', async () => {
      const { registry, stored, run } = await opened();
      await run(lines({ id: 'a', token: t(1) }));

      await expect(run(lines({ id: 'b', token: t(2) }), stored)).rejects.toMatchObject({ code: 'import_taken_over' });

      expect(await registry.opened.installations.findById(app, 'b')).toBeUndefined();
    });

    it('keeps what calls say of a job and what its lines say apart', async () => {
      const { registry, stored, run } = await opened();
      const { imports } = registry.opened;
      await imports.save({ ...stored, state: 'cancelled', revision: 2 });

      await run(lines({ id: 'a', token: t(1) })); // was under way

      expect(await imports.findById(app, stored.id)).toMatchObject({ state: 'cancelled', revision: 2, step: 1, counts: { created: 1 } });
      expect(await imports.findById('other', stored.id)).toBeUndefined();
      expect(await imports.findRunning()).toBeUndefined();
      expect((await imports.list(app, 10)).map(({ id }) => id)).toEqual(['i1']);
      expect((await imports.findOld(1, 10)).map(({ id }) => id)).toEqual(['i1']);
      await expect(imports.save({ ...stored, revision: 2 })).rejects.toThrow();
      await imports.remove(stored);
      expect(await imports.findById(app, stored.id)).toBeUndefined();
    });

    it('imports beside the starts of the very same apps', async () => {
      const { registry, run } = await opened({ mode: 'upsert' });
      const given = lines(...Array.from({ length: 20 }, (_, n) => ({ id: `p${n}`, token: t(n + 1), externalId: `u${n % 5}` })));

      await Promise.all([run(given), ...Array.from({ length: 20 }, (_, n) => registry.start(`p${n}`, t(n + 1)))]);

      for (let n = 0; n < 20; n += 1) {
        const holder = await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf(t(n + 1)));
        expect(holder?.id).toBe(`p${n}`);
        expect(holder?.tokenImported).toBe(false);
      }
    });
  });
}
