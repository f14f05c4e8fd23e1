import { admTraits } from '../adm/traits.ts';
import { apnsTraits } from '../apns/traits.ts';
import { baiduTraits } from '../baidu/traits.ts';
import { fcmTraits } from '../fcm/traits.ts';
import { hmsTraits } from '../hms/traits.ts';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { wnsTraits } from '../wns/traits.ts';
import { webPushTraits } from '../webpush/traits.ts';
import type { PhoneRules, ProviderTraits } from './provider-traits.ts';

/** What is particular to each simulated provider: one line for each (ADR 30). */
export const TRAITS = {
  apns: apnsTraits,
  fcm: fcmTraits,
  baidu: baiduTraits,
  hms: hmsTraits,
  wns: wnsTraits,
  adm: admTraits,
  webpush: webPushTraits,
} satisfies Record<SimulatedProvider, ProviderTraits>;

export function phonesOf(provider: SimulatedProvider): PhoneRules {
  return TRAITS[provider].phones;
}

/** The same token always has the same key. */
export function tokenKey(provider: SimulatedProvider, token: string): string {
  return phonesOf(provider).tokenKey?.(token) ?? token;
}

/** Whose phones have this platform: the provider that is asked for, if it does, else the first. */
export function providerOf(platform: string, wanted: SimulatedProvider | undefined): SimulatedProvider | undefined {
  return SIMULATED_PROVIDERS.find((name) => (wanted === undefined || wanted === name) && phonesOf(name).platforms.includes(platform));
}
