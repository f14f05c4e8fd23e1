import type { DynamicModule } from '@nestjs/common';
import type { Service } from './define-service.ts';
import { platformSettings, type PlatformSettings } from './platform-settings.ts';
import { SettingsInvalid, parseSettings } from './settings.ts';

/** A service with its settings read. */
export interface Composed {
  readonly service: Service;
  readonly settings: Record<string, unknown>;
  readonly module: DynamicModule;
}

/** Reads the settings of the platform and of every service, all problems at once, and makes the modules of those that `SERVICES` names. */
export function composed(env: NodeJS.ProcessEnv, services: readonly Service[]): { platform: PlatformSettings; parts: readonly Composed[] } {
  const [platform, ...rest] = parseSettings(env, [{ name: 'platform', settings: platformSettings }, ...services]);
  const settings = platform as PlatformSettings;
  const wanted = settings.SERVICES ?? services.map(({ name }) => name);
  const unknown = wanted.filter((name) => !services.some((service) => service.name === name));
  if (unknown.length > 0) {
    const known = services.map(({ name }) => name).join(', ');
    throw new SettingsInvalid([
      { setting: 'SERVICES', service: 'platform', message: `holds a name that is no service here; there are ${known}` },
    ]);
  }
  const parts = services.flatMap((service, at) =>
    wanted.includes(service.name) ? [{ service, settings: rest[at] ?? {}, module: service.module(rest[at] ?? {}, settings.RUNTIME) }] : [],
  );
  return { platform: settings, parts };
}
