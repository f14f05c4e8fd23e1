import type { ProviderName } from '#libs/kernel';
import { textField } from './fields.ts';

const longestBundleId = 255;

export const bundleIdField = textField(longestBundleId).meta({
  description: 'The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`.',
});

/**
 * What Apple puts behind a bundle id where a push is no alert (VoIP, complications, file providers, location, push to talk, Live Activities, widgets,
 * controls, device management): a token of that kind takes pushes of that kind only.
 */
const otherPushType = /\.(?:voip|voip-ptt|complication|pushkit\.fileprovider|location-query|mdm|push-type\.[^.]*)$/i;
const deviceManagement = /^com\.apple\.mgmt\./i;

/** Why an installation or a credential of the provider cannot have the bundle id; undefined where it can. */
export function bundleIdProblem(provider: ProviderName, bundleId: string): string | undefined {
  if (provider !== 'apns') return undefined;
  const [topic = ''] = otherPushType.exec(bundleId) ?? deviceManagement.exec(bundleId) ?? [];
  return topic === ''
    ? undefined
    : 'must be the bundle id of the app: pushes to topics of other types, such as .voip or .complication, are not sent';
}
