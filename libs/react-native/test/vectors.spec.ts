import { playVector, vectors } from '../../device/test/vector-player.ts';
import { Carillon } from '../src/carillon.ts';
import type { NativeFacts, Permission } from '../src/bridge.ts';
import { FakeBridge } from './fake-bridge.ts';

const played = vectors('android');

describe('the React Native SDK plays the shared vectors', () => {
  it('of a phone, some of them', () => {
    expect(played.length).toBeGreaterThan(1);
  });

  it.each(played)('%s', async (_name, vector) => {
    await playVector(vector, ({ permission, token, ...facts }, { settings, store, newId, fetch, now }) => {
      const bridge = new FakeBridge();
      bridge.factsNow = facts as NativeFacts;
      bridge.permissionNow = permission as Permission;
      bridge.tokenNow = (token as string | undefined) ?? null;
      bridge.newId = () => Promise.resolve(newId());
      // The player looks into its store: the bridge keeps there what it would keep natively.
      bridge.read = async (name) =>
        name === 'carillon.state' ? JSON.stringify((await store.read()) ?? null) : (bridge.kept.get(name) ?? null);
      bridge.write = async (name, value) => {
        if (name === 'carillon.state') await store.write(JSON.parse(value) as NonNullable<typeof store.state>);
        else bridge.kept.set(name, value);
      };
      return new Carillon(settings, { bridge, fetch, now });
    });
  });
});
