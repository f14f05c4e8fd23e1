import type { Doctor } from '../provider-plug.ts';

const keys = 'Send with the pair of keys that the site subscribes with (`applicationServerKey`), and keep older pairs in `previousKeys`.';

/** What push services say of a sender (providers.md 4.5). None of them can be asked without a subscription, so nothing is asked before a credential is stored. */
export const webPushDoctor: Doctor = {
  BadJwtToken: {
    message: 'Apple does not take the signature, its time or its subject.',
    remedy: 'See that the clock of this server is right, and that `subject` is an address that exists.',
  },
  ExpiredJwtToken: { message: 'Apple finds the signature too old.', remedy: 'See that the clock of this server is right.' },
  VapidPkHashMismatch: { message: 'The subscription was made with another key.', remedy: keys },
  vapid_key_unknown: { message: 'The subscription names a key that this credential does not have.', remedy: keys },
};
