import { FixedClock } from '#libs/testing';
import { PushToken, installationKey } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import { SqliteInstallationRepository, SqliteUserRepository, type Installation, type User } from '#libs/registry';
import { SqliteStore } from '#libs/storage';
import { createHash } from 'node:crypto';

const step = 2_000;

/**
 * Puts installations and their users into the data file of a platform that does not run, as copies of those it holds: what as many registrations would leave
 * behind, without their time. Every copy has a token, a fingerprint, attributes and a user of its own; every second user has a name.
 */
export async function fillStore(file: string, app: string, templates: readonly string[], count: number): Promise<void> {
  const store = new SqliteStore({ file });
  const log = new SqliteEventLog(store, new FixedClock(Date.now()));
  const [installations, users] = [new SqliteInstallationRepository(store, log), new SqliteUserRepository(store, log)];
  const models: { installation: Installation; user: User }[] = [];
  for (const id of templates) {
    const installation = await installations.findById(app, id);
    const user = installation && (await users.findById(app, installation.userId));
    if (!user) throw new Error(`${id} is not registered`);
    models.push({ installation, user });
  }
  const ids = Array.from({ length: count }, (_, index) => `copy-${index}`);
  const keyed = ids.map((id, index) => ({ id, index, key: installationKey(app, id) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (let from = 0; from < count; from += step) {
    const some = keyed.slice(from, from + step).flatMap(({ index, ...one }) => {
      const model = models[index % models.length];
      return model ? [{ ...one, ...copyOf(model, one.id, index) }] : [];
    });
    await Promise.all(some.map(({ user }) => users.save(user, [])));
    await Promise.all(some.map(({ key, id, installation }) => installations.save({ ...installation, key, id }, [], [])));
  }
  store.close();
}

function copyOf({ installation, user }: { installation: Installation; user: User }, id: string, index: number) {
  const hex = createHash('sha256').update(id).digest('hex');
  const userId = `${hex.slice(0, 8)}-0000-5000-8000-${hex.slice(8, 20)}`;
  const externalId = `user-of-${id}`;
  const attributes = index % 2 === 0 ? { name: `Kim ${index}` } : {};
  return {
    user: { ...user, userId, externalId, revision: 1, attributes },
    installation: {
      ...installation,
      revision: 1,
      userId,
      externalId,
      userRevision: 1,
      userAttributes: attributes,
      token: new PushToken(installation.provider === 'apns' ? hex : `${hex.slice(0, 22)}:APA91b${hex}${hex}`),
      tokenFingerprint: hex.slice(0, 32),
      attributes: { team: `Team ${index % 97}`, points: index },
    },
  };
}
