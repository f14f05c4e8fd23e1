import { CredentialRepository, CredentialVault, Sealer, deriveKeys, placeOf, type StoredCredential } from '#libs/access';
import { FixedClock } from '#libs/testing';
import { VaultCredentialSource } from '../../src/credentials/vault-credential-source.ts';

class OneCredential extends CredentialRepository {
  stored: StoredCredential | undefined;
  failing = false;
  asked = 0;

  async find(): Promise<StoredCredential | undefined> {
    this.asked += 1;
    if (this.failing) throw new Error('no database');
    return this.stored;
  }

  async list(): Promise<readonly StoredCredential[]> {
    return this.stored ? [this.stored] : [];
  }

  async save(credential: StoredCredential): Promise<void> {
    this.stored = credential;
  }
}

function aSource() {
  const stored = new OneCredential();
  const clock = new FixedClock();
  const vault = new CredentialVault(stored, new Sealer(deriveKeys(Buffer.alloc(32, 1))));
  return { stored, clock, source: new VaultCredentialSource(vault, clock) };
}

const simulated: StoredCredential = { app: 'demo', provider: 'fcm', revision: 1, simulated: true, bundleIds: ['app.demo'], updatedAt: 0 };

describe('the credentials of the dispatcher', () => {
  it('come from the vault, named by their revision', async () => {
    const { stored, source } = aSource();
    expect(await source.get('demo', 'fcm')).toBeUndefined();

    stored.stored = simulated;

    expect(await aSourceOf(stored).get('demo', 'fcm')).toEqual({ id: 'demo:fcm:1', simulated: true, bundleIds: ['app.demo'], fields: {} });
  });

  it('bring what was set before them, as long as that is real and has not ended', async () => {
    const sealer = new Sealer(deriveKeys(Buffer.alloc(32, 1)));
    const fields = { apiKey: 'a'.repeat(24), secretKey: 's'.repeat(32) };
    const version = (facts: object) => ({
      ...{ revision: 1, simulated: false, bundleIds: ['app.demo'], updatedAt: 0 },
      sealed: sealer.seal(JSON.stringify(fields), placeOf('demo', 'baidu')),
      ...facts,
    });
    const { stored, source, clock } = aSource();
    const idBefore = async (previous: object, current: object = {}) => {
      stored.stored = { ...version({ revision: 2, ...current }), app: 'demo', provider: 'baidu', previous: version(previous) };
      clock.advance(2_000);
      return (await source.get('demo', 'baidu'))?.previous?.id;
    };

    expect(await idBefore({})).toBe('demo:baidu:1');
    expect(await idBefore({ expiresAt: clock.now() })).toBeUndefined();
    expect(await idBefore({ simulated: true })).toBeUndefined();
    expect(await idBefore({}, { simulated: true })).toBeUndefined();
    expect(await idBefore({ sealed: 'v1.nonsense' })).toBeUndefined();
  });

  it('are kept for two seconds, however many batches ask', async () => {
    const { stored, clock, source } = aSource();
    stored.stored = simulated;
    await Promise.all([source.get('demo', 'fcm'), source.get('demo', 'fcm')]);
    stored.stored = { ...simulated, revision: 2 };

    clock.advance(1_999);
    expect(await source.get('demo', 'fcm')).toMatchObject({ id: 'demo:fcm:1' });
    clock.advance(1);

    expect(await source.get('demo', 'fcm')).toMatchObject({ id: 'demo:fcm:2' });
    expect(stored.asked).toBe(2);
  });

  it('are asked for again at once when they could not be read', async () => {
    const { stored, source } = aSource();
    stored.stored = simulated;
    stored.failing = true;
    await expect(source.get('demo', 'fcm')).rejects.toThrow('no database');

    stored.failing = false;

    expect(await source.get('demo', 'fcm')).toMatchObject({ id: 'demo:fcm:1' });
  });
});

function aSourceOf(stored: OneCredential): VaultCredentialSource {
  return new VaultCredentialSource(new CredentialVault(stored, new Sealer(deriveKeys(Buffer.alloc(32, 1)))), new FixedClock());
}
