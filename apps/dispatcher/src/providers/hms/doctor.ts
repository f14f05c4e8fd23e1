import type { Doctor } from '../provider-plug.ts';

/** What Huawei's words about an app mean (providers.md 7.2; result codes of its OAuth 2.0). */
export const hmsDoctor: Doctor = {
  '1101': {
    message: 'Huawei does not take the app’s id with this secret.',
    remedy: 'Copy App ID and Client secret (OAuth 2.0 client) of the app from AppGallery Connect, Project settings.',
  },
  '1102': {
    message: 'Huawei misses the app’s id or its secret.',
    remedy: 'Copy App ID and Client secret (OAuth 2.0 client) of the app from AppGallery Connect, Project settings.',
  },
  '80200001': {
    message: 'Huawei does not take the access token that it has just given.',
    remedy: 'Check again; if it stays, see that Push Kit is enabled for the app.',
  },
  '80300002': {
    message: 'The app may not send: Push Kit is off, or the id and the secret are of different apps.',
    remedy: 'Enable Push Kit in AppGallery Connect and compare the App ID with that of your app.',
  },
  status_404: {
    message: 'Huawei has no such app at this host.',
    remedy: 'Compare the App ID, and HMS_HOST with the region of the app’s data.',
  },
};
