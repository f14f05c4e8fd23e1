import { z } from 'zod';
import { ofText, wrong, type TokenShape } from './token-shape.ts';

const apnsToken = /^(?:[0-9a-fA-F]{2}){8,100}$/;

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

export const apnsTokens: TokenShape = {
  form: ofText((token) =>
    apnsToken.test(token) ? { text: token.toLowerCase() } : wrong('must be 16 to 200 hexadecimal digits, an even number of them'),
  ),
  bundleIdProblem: (bundleId) => {
    if (!wellFormed.test(bundleId)) return 'must be a bundle id: letters, digits, hyphens and periods';
    const [topic = ''] = otherPushType.exec(bundleId) ?? deviceManagement.exec(bundleId) ?? [];
    return topic === ''
      ? undefined
      : 'must be the bundle id of the app: pushes to topics of other types, such as .voip or .complication, are not sent';
  },
};

/** A broadcast channel of APNs: some bytes in base64. */
export const channelIdField = z
  .string()
  .regex(/^[A-Za-z0-9+/]{4,200}={0,2}$/, 'Must be the id of a broadcast channel, base64')
  .meta({ example: 'dHN0LXNyY2gtY2hubA==' });
