import { PushToken } from '#libs/kernel';
import { app, fingerprintOf, type Registry } from '../../src/opened-registry.contract.ts';
import { OLD_ANDROID, type Answer, type RegisterStep, type Shown, type Step, type Verdict, type VerdictStep } from './step.ts';

/** Takes a step with the real operations. */
export async function takeStep(registry: Registry, step: Step): Promise<Answer> {
  if ('verdict' in step) return judge(registry, step);
  if ('user' in step && !('device' in step)) return changeUserData(registry, step);
  const { settings } = registry;
  const installation = { app, installationId: step.device, settings };
  switch (step.kind) {
    case 'register':
      return register(registry, step);
    case 'session':
      await registry.startSession.execute({ ...installation, by: 'sdk', fields: permissionOf(step), ...tokenOf(step) });
      return 'updated';
    case 'changeUser':
      return wordFor(await registry.changeUser.execute({ ...installation, externalId: { value: step.user, verified: step.verified } }));
    case 'detach':
      return wordFor(await registry.detachUser.execute(installation));
    case 'delete':
      return (await registry.removeInstallation.execute(app, step.device)) ? 'deleted' : 'nothing';
    case 'changeProvider': {
      const { provider } = await registry.installation(step.device);
      const fields = { provider: provider === 'fcm' ? 'hms' : 'fcm' } as const;
      await registry.register.execute({ ...installation, by: 'server', fields, startsSession: false });
      return 'done';
    }
    case 'deviceTags':
      await registry.changeInstallationTags.execute(app, step.device, step, { maxTags: 60 });
      return 'done';
  }
}

async function register(registry: Registry, step: RegisterStep): Promise<Answer> {
  const { device: installationId, by, user, verified, tags, provider } = step;
  const osVersion = installationId === OLD_ANDROID ? '12' : '14';
  const { created } = await registry.register.execute({
    app,
    installationId,
    by,
    ...tokenOf(step),
    fields: { platform: 'android', provider, osVersion, ...permissionOf(step), ...(tags && { tags }) },
    ...(user !== undefined && { externalId: user === null ? null : { value: user, verified } }),
    startsSession: by === 'sdk',
    settings: registry.settings,
  });
  return created ? 'created' : 'updated';
}

async function changeUserData(registry: Registry, step: Extract<Step, { kind: 'subscribe' | 'userTags' }>): Promise<Answer> {
  const { user } = step;
  if (step.kind === 'userTags') await registry.changeUserTags.execute(app, user, step, { maxTags: 60 });
  else await registry.updateUser.execute(app, user, { subscription: step.subscription }, { create: step.create, maxTags: 60 });
  return 'done';
}

async function judge(registry: Registry, step: VerdictStep): Promise<Answer> {
  const { device } = step.verdict;
  const condition = conditionOf(step.verdict);
  switch (step.kind) {
    case 'purge':
      return registry.purgeToken.execute(app, device, condition, { reason: 'Unregistered', sendId: 's1' });
    case 'suspect':
      return registry.markTokenSuspect.execute(app, device, condition, 'MismatchSenderId');
    case 'replace':
      return registry.replaceToken.execute(app, device, condition, new PushToken(step.token), { reason: 'token_moved', sendId: 's1' });
  }
}

function wordFor({ changed }: { readonly changed: boolean }): Answer {
  return changed ? 'changed' : 'same';
}

function tokenOf({ token }: Shown) {
  return token === undefined ? {} : { token: token === null ? null : new PushToken(token) };
}

function permissionOf({ permission, enabled }: Shown) {
  return { ...(permission !== undefined && { permission }), ...(enabled !== undefined && { notificationsEnabled: enabled }) };
}

function conditionOf({ token, confirmedAt, since }: Verdict) {
  return { fingerprint: fingerprintOf(token), invalidSince: since, confirmedAt };
}
