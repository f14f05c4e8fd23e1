import type { Advice, Doctor } from '../provider-plug.ts';

const wrongBundle: Advice = {
  message: 'Apple does not let this key or certificate push to the bundle id.',
  remedy:
    'Compare `bundleIds` with the app’s identifier in the developer account, letter by letter, and see that the key is of the team that owns it.',
};
const wrongCertificate: Advice = {
  message: 'Apple does not take the certificate: it has ended, was revoked, or is of another kind.',
  remedy: 'Make a new “Apple Push Services” certificate for the app and upload it.',
};
const otherEnvironment: Advice = {
  message: 'The key is good in the other environment only (sandbox or production).',
  remedy: 'Make a key for both environments, or one for the environment of the builds that you push to.',
};

/** What Apple's words about a credential mean (providers.md 1.11). */
export const apnsDoctor: Doctor = {
  InvalidProviderToken: {
    message: 'Apple knows no such key of this team: the key was revoked, or key id, team id and .p8 file do not belong together.',
    remedy: 'Compare key id and team id with the developer account; if the key is not listed there any more, make a new one.',
  },
  ExpiredProviderToken: {
    message: 'Apple finds the token too old, although it was made just now: the clock of this server is wrong.',
    remedy: 'Have the clock set by NTP, then check again.',
  },
  MissingProviderToken: {
    message: 'Apple has seen neither a token nor a certificate.',
    remedy: 'Upload a .p8 key with its key id and team id.',
  },
  BadTopic: wrongBundle,
  MissingTopic: wrongBundle,
  TopicDisallowed: wrongBundle,
  DeviceTokenNotForTopic: wrongBundle,
  BadCertificate: wrongCertificate,
  BadCertificateEnvironment: {
    message:
      'The certificate is good in the other environment only: one for development does not push to apps of the App Store or TestFlight.',
    remedy: 'Use an “Apple Push Services” certificate, which serves both.',
  },
  BadEnvironmentKeyIdInToken: otherEnvironment,
  BadEnvironmentKeyInToken: otherEnvironment,
  UnrelatedKeyIdInToken: {
    message: 'Apple does not let this key push where another key of the team was used on the same connection.',
    remedy: 'Check again; if it stays, see that the key is not restricted to other topics.',
  },
  Forbidden: {
    message: 'Apple refuses the team.',
    remedy: 'See that the developer account is paid for and its agreements are signed.',
  },
  TooManyProviderTokenUpdates: {
    message: 'Apple was shown too many tokens of this key in a short time.',
    remedy: 'See that no other system uses the key, and check again in 20 minutes.',
  },
  key_cannot_sign: {
    message: 'The .p8 file cannot sign.',
    remedy: 'Upload it again as it was downloaded, its first and last line included.',
  },
};
