import type { BuiltProvider } from '#libs/kernel';
import { admCredential } from './adm-credential.ts';
import { apnsCredential } from './apns-credential.ts';
import { baiduCredential } from './baidu-credential.ts';
import type { CredentialForm } from './credential-form.ts';
import { fcmCredential } from './fcm-credential.ts';
import { hmsCredential } from './hms-credential.ts';
import { wnsCredential } from './wns-credential.ts';
import { webPushCredential } from './webpush-credential.ts';

/** What a credential of each provider is: one line for each (ADR 30). */
export const PROVIDER_CREDENTIALS: Readonly<Record<BuiltProvider, CredentialForm>> = {
  apns: apnsCredential,
  fcm: fcmCredential,
  baidu: baiduCredential,
  hms: hmsCredential,
  wns: wnsCredential,
  adm: admCredential,
  webpush: webPushCredential,
};
