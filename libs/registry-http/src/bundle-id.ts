import type { ProviderName } from '#libs/kernel';
import { textField } from './fields.ts';

const maxBundleId = 255;

export const bundleIdField = textField(maxBundleId).meta({
  description: 'The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`.',
});

/**
 * What Apple puts behind a bundle id where a push is no alert (VoIP, complications, file providers, location, push to talk, Live Activities, widgets,
 * controls, device management): a token of that kind takes pushes of that kind only.
 */
const otherPushType = /\.(?:voip|voip-ptt|complication|pushkit\.fileprovider|location-query|mdm|push-type\.[^.]*)$/i;
const deviceManagement = /^com\.apple\.mgmt\./i;

/**
 * What Apple takes as a bundle identifier (`CFBundleIdentifier`: letters, digits, hyphens, periods). APNs answers BadTopic to anything else, which is a fault of the credential: one
 * phone with such an id would stop the app's pushes to all of them.
 */
const wellFormed = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** Why an installation or a credential of the provider cannot have the bundle id; undefined where it can. */
export function bundleIdProblem(provider: ProviderName, bundleId: string): string | undefined {
  if (provider !== 'apns') return undefined;
  if (!wellFormed.test(bundleId)) return 'must be a bundle id: letters, digits, hyphens and periods';
  const [topic = ''] = otherPushType.exec(bundleId) ?? deviceManagement.exec(bundleId) ?? [];
  return topic === ''
    ? undefined
    : 'must be the bundle id of the app: pushes to topics of other types, such as .voip or .complication, are not sent';
}
