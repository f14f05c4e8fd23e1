import type { Doctor } from '../provider-plug.ts';

const wrongClient = {
  message: 'Amazon does not know the client, or does not take its secret.',
  remedy: 'Compare both with the security profile of your app in the developer console (Web Settings).',
};
const wrongScope = {
  message: 'The security profile may not send messages.',
  remedy: 'Switch on Device Messaging for the app and link the security profile to it.',
};

/** What Amazon's words about a security profile mean (providers.md 5.1); its documentation has them in capitals, its servers in small letters, too. */
export const admDoctor: Doctor = {
  INVALID_CLIENT: wrongClient,
  invalid_client: wrongClient,
  INVALID_SCOPE: wrongScope,
  invalid_scope: wrongScope,
  UNAUTHORIZED_CLIENT: wrongScope,
  unauthorized_client: wrongScope,
  AccessTokenExpired: {
    message: 'ADM does not take the access token that Amazon has just given.',
    remedy: 'Check again; if it stays, make a new secret.',
  },
};
