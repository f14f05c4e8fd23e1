import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';
import type { MessageTemplate } from '../message.ts';
import { admOverrides } from './adm-overrides.ts';
import { apnsOverrides } from './apns-overrides.ts';
import { baiduOverrides } from './baidu-overrides.ts';
import { fcmOverrides } from './fcm-overrides.ts';
import { hmsOverrides } from './hms-overrides.ts';
import { textsOf } from './message-texts.ts';
import type { LeftBlank, OverrideRules } from './override-rules.ts';
import { wnsOverrides } from './wns-overrides.ts';
import { webPushOverrides } from './webpush-overrides.ts';

/** What an author may lay over each provider's body: one line for each (ADR 30). */
export const PROVIDER_OVERRIDES: Readonly<Record<BuiltProvider, OverrideRules>> = {
  apns: apnsOverrides,
  fcm: fcmOverrides,
  baidu: baiduOverrides,
  hms: hmsOverrides,
  wns: wnsOverrides,
  adm: admOverrides,
  webpush: webPushOverrides,
};

/** What overrides leave blank. Nothing of a message that would show nothing without them. */
export function leftBlank(message: MessageTemplate): LeftBlank[] {
  const { overrides = {} } = message;
  const texts = textsOf(message);
  if (Object.keys(texts).length === 0) return [];
  return BUILT_PROVIDERS.flatMap((provider) => {
    const over = overrides[provider];
    const found = over && PROVIDER_OVERRIDES[provider].blank?.(over, message, texts);
    return found ? [{ provider, ...found }] : [];
  });
}
