import { simulatedEndpoint, simulatedSubscription } from '#apps/simulator';
import type { BuiltProvider } from '#libs/kernel';

/** What the demo's phones have of a provider. */
interface DemoProvider {
  /** A token that is well-formed for the provider. `hex`: 160 hexadecimal digits, different for each phone. */
  readonly tokenOf: (hex: string) => string;
  /** The fault of its simulator that calls a token malformed. */
  readonly malformed: string;
}

/** One line for each provider (ADR 30). */
export const DEMO_PROVIDERS: Readonly<Record<BuiltProvider, DemoProvider>> = {
  apns: { tokenOf: (hex) => hex.slice(0, 64), malformed: 'answer:BadDeviceToken' },
  webpush: {
    tokenOf: (hex) => JSON.stringify(simulatedSubscription(simulatedEndpoint(hex.slice(0, 40)))),
    malformed: 'answer:not_found',
  },
  fcm: { tokenOf: (hex) => `${hex.slice(0, 22)}:APA91b${hex.slice(22)}`, malformed: 'answer:INVALID_ARGUMENT' },
  baidu: {
    tokenOf: (hex) =>
      `3${BigInt(`0x${hex.slice(0, 15)}`)
        .toString()
        .padStart(18, '0')}`,
    malformed: 'answer:30607',
  },
  hms: { tokenOf: (hex) => `IQAAAACy0${hex}`, malformed: 'invalid' },
  wns: { tokenOf: (hex) => `https://db5p.notify.windows.com/?token=AwYAAA${hex}`, malformed: 'answer:404' },
  adm: { tokenOf: (hex) => `amzn1.adm-registration.v3.${hex}`, malformed: 'answer:InvalidRegistrationId' },
};
