import { defaultSettings } from './app-settings.ts';
import type { App } from './app.ts';

/** An app as it is before anybody says more: SDKs must prove users, no keys, the usual settings. */
export function newApp(id: string, now: number): App {
  return { id, name: id, sdkAuth: 'required', sdkKeys: [], settings: defaultSettings, simulatedOnly: false, createdAt: now, revision: 1 };
}

/** Whether calls may still name it. */
export function isAlive(app: App | undefined): app is App {
  return app !== undefined && app.deletedAt === undefined;
}
