import type { ProviderName } from '#libs/kernel';
import { apnsTokens } from './apns-token.ts';
import { ofText, textShape, wrong, type TokenShape } from './token-shape.ts';
import { fcmTokens } from './fcm-token.ts';
import { webPushTokens } from './webpush-token.ts';
import { WINDOWS_HOST, isProviderUrl } from './provider-url.ts';

const wnsTokens: TokenShape = {
  form: ofText((token) =>
    isProviderUrl(token, isWindowsHost) ? { text: token } : wrong('must be the https URL of a channel of notify.windows.com'),
  ),
};

function isWindowsHost(host: string): boolean {
  return host === WINDOWS_HOST || host.endsWith(`.${WINDOWS_HOST}`);
}

/**
 * How the tokens of each provider look, of those too that are not built yet: one line for each (ADR 30). Least lengths are far below what the providers
 * hand out: an FCM token has 140 characters and more, one of ADM over 100, the shortest of HMS 32. Baidu's channel id is a number of 16 digits and more,
 * of which two equal halves happen: once in 100 million.
 */
export const PROVIDER_TOKENS: Readonly<Record<ProviderName, TokenShape>> = {
  apns: apnsTokens,
  fcm: fcmTokens,
  wns: wnsTokens,
  webpush: webPushTokens,
  adm: textShape(32),
  baidu: textShape(10, { fewestCopies: 4 }),
  hms: textShape(32),
};
