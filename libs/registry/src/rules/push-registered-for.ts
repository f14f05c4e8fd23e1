import type { Installation } from '../installation.ts';

type Addressable = Pick<Installation, 'app' | 'token' | 'notificationsEnabled'>;

/** The line of a user's page for one installation (R45): `Foreground: <app>`, `Background: <app>`, or `--` without a token. */
export function pushRegisteredFor(installation: Addressable): string {
  if (installation.token === null) return '--';
  return `${installation.notificationsEnabled ? 'Foreground' : 'Background'}: ${installation.app}`;
}
