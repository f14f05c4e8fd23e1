import type { Doctor } from '../provider-plug.ts';

/** What Microsoft's words about an app mean (providers.md 3.1, 3.5). */
export const wnsDoctor: Doctor = {
  invalid_client: {
    message: 'Microsoft does not take the secret: it is wrong, has ended or belongs to another app.',
    remedy: 'Compare the package SID, or the tenant and client id, with those of your app; make a new secret where they are right.',
  },
  unauthorized_client: {
    message: 'The app is known but may not have tokens in this tenant.',
    remedy: 'Register the app in the tenant that you named, as a single-tenant or multi-tenant app of Microsoft Entra ID.',
  },
  invalid_request: {
    message: 'Microsoft cannot read the request: the tenant or the client id is none that it knows.',
    remedy: 'Compare them with the overview page of the app registration.',
  },
  invalid_scope: {
    message: 'The app may not ask for access to WNS.',
    remedy: 'Associate the app with the Store (Partner Center, Product identity), or give its registration access to WNS.',
  },
  access_token_refused: {
    message: 'WNS does not take the access token that Microsoft has just given.',
    remedy: 'Check again; if it stays, make a new secret.',
  },
  channel_of_another_app: {
    message: 'The channels belong to another app than the credential.',
    remedy: 'Use the credential of the app that asks for the channels; channels of the Store and of Entra ID do not go together.',
  },
  domain_blocked: {
    message: 'Microsoft has blocked this sender.',
    remedy: 'Contact the support of Partner Center; sending goes on by itself once the block is lifted.',
  },
};
