import { defaultSettings, newApp, type App, type AppSettings } from '#libs/access';
import type { AppChange } from './app-bodies.ts';

export interface ChangedApp {
  readonly app: App;
  /** Names of what is different now; none means that nothing needs to be stored. */
  readonly fields: readonly string[];
}

/** An app after a change: absent stays, null brings the default back; settings one by one. */
export function changedApp(app: App, { settings, ...fields }: AppChange): ChangedApp {
  const usual = newApp(app.id, app.createdAt);
  const next: App = {
    ...app,
    ...resolved(fields, { name: usual.name, sdkAuth: usual.sdkAuth, sdkKeys: usual.sdkKeys }),
    settings: settings === null ? defaultSettings : { ...app.settings, ...resolved(settings ?? {}, defaultSettings) },
  };
  return {
    app: next,
    fields: [...differences(app, next, ['name', 'sdkAuth', 'sdkKeys']), ...settingDifferences(app.settings, next.settings)],
  };
}

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null };

function resolved<T extends object>(change: Nullable<T>, defaults: T): Partial<T> {
  const entries = Object.entries(change).map(([name, value]) => [name, value ?? defaults[name as keyof T]]);
  return Object.fromEntries(entries) as Partial<T>;
}

function differences<T extends object>(before: T, after: T, names: readonly (keyof T & string)[]): string[] {
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function settingDifferences(before: AppSettings, after: AppSettings): string[] {
  const names = Object.keys(defaultSettings) as (keyof AppSettings)[];
  return differences(before, after, names).map((name) => `settings.${name}`);
}
