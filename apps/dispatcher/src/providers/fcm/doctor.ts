import type { Doctor } from '../provider-plug.ts';

/** What Google's words about a service account mean (providers.md 2.1, 2.5). */
export const fcmDoctor: Doctor = {
  invalid_grant: {
    message: 'Google does not take the key: it was deleted or disabled with its service account, or the clock of this server is wrong.',
    remedy: 'Make a new key in the Firebase console (Project settings, Service accounts) and upload that file.',
  },
  invalid_client: {
    message: 'Google knows no such service account.',
    remedy: 'Upload the file of an account that exists in the project.',
  },
  invalid_scope: {
    message: 'The service account may not ask for access to messaging.',
    remedy: 'Switch on the “Firebase Cloud Messaging API” for the project.',
  },
  PERMISSION_DENIED: {
    message:
      'The account is known but may not send: the FCM API is off in the project, the role is missing, or the file is of another project.',
    remedy:
      'Compare `project_id` with the project of your app, switch on the “Firebase Cloud Messaging API (V1)” and give the account the role “Firebase Cloud Messaging API Admin”.',
  },
  NOT_FOUND: {
    message: 'Google has no such project.',
    remedy: 'Compare `project_id` with the project of your app.',
  },
  UNAUTHENTICATED: {
    message: 'Google does not take the access token that it has just given.',
    remedy: 'Check again; if it stays, make a new key.',
  },
  SENDER_ID_MISMATCH: {
    message: 'The tokens belong to another project than the service account.',
    remedy: 'Upload the service account of the project that the app is built with (google-services.json, `project_id`).',
  },
  key_cannot_sign: {
    message: 'The private key of the file cannot sign.',
    remedy: 'Upload the file as Google gave it.',
  },
};
