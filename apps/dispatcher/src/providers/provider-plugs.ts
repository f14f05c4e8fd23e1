import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';
import type { z } from 'zod';
import { admPlug } from './adm/plug.ts';
import { apnsPlug } from './apns/plug.ts';
import { baiduPlug } from './baidu/plug.ts';
import { fcmPlug } from './fcm/plug.ts';
import { hmsPlug } from './hms/plug.ts';
import type { ProviderPlug } from './provider-plug.ts';
import { wnsPlug } from './wns/plug.ts';
import { webPushPlug } from './webpush/plug.ts';

/** How each provider is spoken to: one line for each (ADR 30). */
export const PROVIDER_PLUGS: Readonly<Record<BuiltProvider, ProviderPlug>> = {
  apns: apnsPlug,
  fcm: fcmPlug,
  baidu: baiduPlug,
  hms: hmsPlug,
  wns: wnsPlug,
  adm: admPlug,
  webpush: webPushPlug,
};

/** Settings of all providers, by name. */
export function providerSettings(): Readonly<Record<string, z.ZodType>> {
  return Object.assign({}, ...BUILT_PROVIDERS.map((provider) => PROVIDER_PLUGS[provider].settings.shape)) as Record<string, z.ZodType>;
}

type RetryBaseSettings = Readonly<Record<ProviderPlug['retryBase']['setting'], z.ZodType<number>>>;

/** First waits after faults of each provider itself, by the names of their settings. */
export function retryBaseSettings(): RetryBaseSettings {
  const entries = BUILT_PROVIDERS.map((provider) => [
    PROVIDER_PLUGS[provider].retryBase.setting,
    PROVIDER_PLUGS[provider].retryBase.schema,
  ]);
  return Object.fromEntries(entries) as RetryBaseSettings;
}
