import { History } from '../test/model/history.ts';
import { ModelRegistry } from '../test/model/model-registry.ts';
import { RegistryModel } from '../test/model/registry-model.ts';
import type { Step } from '../test/model/step.ts';
import { app, fingerprintOf, type OpenRegistry } from './opened-registry.contract.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

const fcm = { kind: 'register', provider: 'fcm', verified: false, by: 'sdk' } as const;
const shows = (device: string, more: Partial<Extract<Step, { kind: 'register' }>> = {}) => ({ ...fcm, device, token: 'fcm-t2', ...more });
const logsIn = (device: string, user: string): Step => ({ kind: 'changeUser', device, user, verified: true });
const grants = (device: string): Step => ({ kind: 'session', device, permission: 'granted' });
/** The provider says that the device's token t1 has become t2. */
const isMoved =
  (device: string) =>
  (model: RegistryModel): Step => {
    const confirmedAt = model.state.devices.get(device)?.confirmedAt ?? NaN;
    return { kind: 'replace', verdict: { device, token: 'fcm-t1', confirmedAt, since: null }, token: 'fcm-t2' };
  };
const anonymous = ['d1', 'd2'].map((device) => ({ ...fcm, device }));

interface Story {
  readonly title: string;
  readonly before: readonly Step[];
  readonly slow: Step;
  /** Begins and ends between two calls of the slow one. */
  readonly fast: Step | ((model: RegistryModel) => Step);
  /** Who has token t2 and whose the devices are: the endings, in the order of the calls that are overtaken. */
  readonly ends: readonly string[];
  /** The call that neither order of the two explains. */
  readonly call: number;
}

const stories: readonly Story[] = [
  {
    title: 'P3: a holder that shows its token again by a server keeps it from a claim of that instant, confirmed by its SDK as it was',
    before: [shows('d2')], slow: shows('d1'), fast: shows('d2', { by: 'server' }), ends: ['d1', 'd2', 'd2 imported'], call: 5,
  },
  {
    title: 'P3: … and by its SDK',
    before: [shows('d2')], slow: shows('d1'), fast: shows('d2'), ends: ['d1', 'd2'], call: 5,
  },
  {
    title: 'P3: … but of two at one instant the greater id wins',
    before: [shows('d1')], slow: shows('d2'), fast: shows('d1', { by: 'server' }), ends: ['d2', 'd1 imported'], call: 5,
  },
  {
    title: 'P3: a device that clears its token while it claims one takes it from nobody',
    before: [shows('d2')], slow: shows('d1'), fast: shows('d1', { token: null }), ends: ['d1', 'd2', 'nobody'], call: 5,
  },
  {
    title: 'P3: a device that shows another token while it claims one takes it from nobody',
    before: [shows('d2')], slow: shows('d1'), fast: shows('d1', { token: 'fcm-t1', by: 'server' }), ends: ['d1', 'd2', 'nobody'], call: 5,
  },
  {
    title: 'P3: a device that is deleted while it claims a token takes it from nobody',
    before: [shows('d2')], slow: shows('d1'), fast: { kind: 'delete', device: 'd1' }, ends: ['d1', 'd2', 'nobody'], call: 5,
  },
  {
    title: 'P3: a provider that names a token between two owners does not take it from the device that claims it',
    before: [shows('d2'), shows('d1', { token: 'fcm-t1' })], slow: shows('d3'), fast: isMoved('d1'), ends: ['d3'], call: 5,
  },
  {
    title: 'R51: a token that the SDK claims and a server shows meanwhile is confirmed by its SDK, not imported',
    before: [shows('d1')], slow: shows('d2'), fast: shows('d2', { by: 'server' }), ends: ['d2'], call: 5,
  },
  {
    title: 'P4: whose anonymous user becomes known first says nothing of who has the token last',
    before: anonymous, slow: shows('d1', { user: 'kim' }), fast: shows('d2', { user: 'kim' }), ends: ['d1', 'd2'], call: 4,
  },
  {
    title: 'P4: a login that has made the anonymous user known is repeated after the one that overtook it',
    before: anonymous, slow: logsIn('d1', 'kim'), fast: logsIn('d1', 'charlie'), ends: ['nobody'], call: 4,
  },
  {
    title: 'R36: a grant that a login overtakes is told to every device of whomever it has opted in',
    before: ['d1', 'd2'].map((device) => ({ ...fcm, device, user: 'charlie' })),
    slow: grants('d2'), fast: logsIn('d2', 'kim'), ends: ['nobody'], call: 2,
  },
]; // prettier-ignore

/** Two operations of which one overtakes the other before each of `calls` of its storage calls, the same way on every storage. Absent: the call that matters. */
export function registryOvertakenContract(adapter: string, open: OpenRegistry, calls?: readonly number[]): void {
  describe(`An operation on ${adapter} that another one overtakes`, () => {
    it.each(stories)('$title', async ({ before, slow, fast, ends, call }) => {
      const seen = new Set<string>();
      for (const at of calls ?? [call]) {
        const real = new ModelRegistry(await open(), DEFAULT_REGISTRY_SETTINGS);
        const history = new History(new RegistryModel(DEFAULT_REGISTRY_SETTINGS));
        for (const step of before) await history.take(step, real);
        real.opened.clock.advance(1_000);

        await history.overtake([slow, typeof fast === 'function' ? fast(history.model) : fast], at, real);

        const found = await real.opened.installations.findByFingerprint(app, 'fcm', fingerprintOf('fcm-t2'));
        seen.add(`${found?.id ?? 'nobody'}${found?.tokenImported ? ' imported' : ''}`);
      }
      if (calls) expect([...seen]).toEqual(ends);
    });
  });
}
