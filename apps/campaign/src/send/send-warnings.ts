import { BUILT_PROVIDERS, type BuiltProvider, type ProviderName } from '#libs/kernel';
import { leftBlank, type LocalizedTexts, type MessageTemplate, type Send } from '#libs/sends';
import { z } from 'zod';

/** A field of a message that does not reach the phones of a provider. */
export const sendWarning = z
  .object({ provider: z.string(), field: z.string(), why: z.string() })
  .meta({ id: 'SendWarning', examples: [{ provider: 'fcm', field: 'subtitle', why: 'Android and browsers have no subtitle' }] });

export type SendWarning = z.output<typeof sendWarning>;

type Field = Exclude<keyof MessageTemplate, 'localized' | 'overrides' | 'silent' | 'data'>;

/** A field that is lost under some condition. */
interface Loss {
  readonly fields: readonly Field[];
  readonly when: (message: MessageTemplate) => boolean;
  readonly why: string;
}

const onlyShown: readonly Field[] = ['subtitle', 'image', 'icon', 'actions', 'category', 'androidChannel', 'interruptionLevel'];
const liquid = /\{\{|\{%/;
const drawable = /^[a-z][a-z0-9_]*$/;
const windowsSound = /^ms-(?:winsoundevent:|appx:\/\/\/|appdata:\/\/\/)/;

/** What each provider has no place for: one entry for each (ADR 30). */
const losses: Readonly<Record<BuiltProvider, readonly Loss[]>> = {
  apns: [
    { fields: ['title', 'body', ...onlyShown, 'sound'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: onlyShown, when: isWithoutText, why: 'Without a title or a body nothing is shown' },
    { fields: ['icon'], when: always, why: 'Apple devices show the icon of the app' },
  ],
  fcm: [
    { fields: ['title', 'body', ...onlyShown, 'sound', 'badge'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: [...onlyShown, 'sound', 'badge'], when: isWithoutText, why: 'Without a title or a body Android shows nothing' },
    { fields: ['subtitle'], when: always, why: 'Android and browsers have no subtitle' },
    { fields: ['icon'], when: hasIconUrl, why: 'Android takes the name of a drawable of the app; only browsers load a URL' },
  ],
  baidu: [
    { fields: ['title', 'body', ...onlyShown, 'sound', 'badge'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: [...onlyShown, 'sound', 'badge'], when: isWithoutText, why: 'Without a title or a body Android shows nothing' },
    {
      fields: ['subtitle', 'image', 'icon', 'actions', 'category', 'androidChannel', 'sound', 'badge'],
      when: always,
      why: 'Baidu has no place for it but in the app’s own data',
    },
  ],
  hms: [
    { fields: ['title', 'body', ...onlyShown, 'sound', 'badge'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: [...onlyShown, 'sound', 'badge'], when: isWithoutText, why: 'Without a title or a body Android shows nothing' },
    { fields: ['subtitle'], when: always, why: 'Huawei devices have no subtitle' },
    { fields: ['icon'], when: hasIconUrl, why: 'Huawei devices take the name of a resource of the app; only browsers load a URL' },
  ],
  wns: [
    { fields: ['title', 'body', ...onlyShown, 'sound'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: [...onlyShown, 'sound'], when: isWithoutText, why: 'Without a title or a body Windows shows nothing but a badge' },
    { fields: ['badge'], when: hasText, why: 'Windows takes a badge as a notification of its own, without title and body' },
    { fields: ['sound'], when: hasForeignSound, why: 'Windows plays ms-winsoundevent: and the app’s own ms-appx:/// sounds only' },
    { fields: ['icon'], when: isWithoutIconUrl, why: 'Windows loads the icon from a URL' },
  ],
  adm: [
    { fields: ['title', 'body', ...onlyShown, 'sound', 'badge'], when: isSilent, why: 'A silent message shows and plays nothing' },
    { fields: [...onlyShown, 'sound', 'badge'], when: isWithoutText, why: 'Without a title or a body Fire devices show nothing' },
    { fields: ['subtitle', 'badge'], when: always, why: 'Fire devices have neither subtitle nor badge' },
    { fields: ['icon'], when: hasIconUrl, why: 'Fire devices take the name of a drawable of the app' },
  ],
  webpush: [
    { fields: ['title', 'body', ...onlyShown], when: isSilent, why: 'A silent message shows nothing' },
    { fields: onlyShown, when: isWithoutText, why: 'Without a title or a body browsers show nothing' },
    { fields: ['subtitle'], when: always, why: 'Notifications of browsers have no subtitle' },
  ],
};

/** What some provider has no place for, of the providers that the target may have; each field of a provider once. */
export function warningsOf(message: MessageTemplate, providers: readonly ProviderName[]): SendWarning[] {
  const found = new Map<string, SendWarning>();
  const all = BUILT_PROVIDERS.flatMap((provider) => losses[provider].map((loss) => ({ provider, ...loss })));
  for (const { provider, fields, when, why } of all) {
    if (!providers.includes(provider) || !when(message)) continue;
    for (const field of fields) {
      const key = `${provider} ${field}`;
      if (isWritten(message, field) && !found.has(key)) found.set(key, { provider, field, why });
    }
  }
  const blank = leftBlank(message).filter(({ provider }) => providers.includes(provider));
  return [...found.values(), ...blank.map(({ provider, devices }) => ({ provider, field: 'overrides', why: whyBlank(devices) }))];
}

/** Whom a target may reach; absent, anybody. */
export function providersOf(target?: Send['target']): readonly ProviderName[] {
  if (!target) return BUILT_PROVIDERS;
  if ('topic' in target || 'condition' in target) return ['fcm'];
  if ('channel' in target) return ['apns'];
  return 'provider' in target ? [target.provider] : BUILT_PROVIDERS;
}

function whyBlank(devices: readonly string[]): string {
  return `They leave no title and no body for ${devices.join(', ')}, which show nothing`;
}

function isWritten({ localized = {}, ...message }: MessageTemplate, field: Field): boolean {
  const everywhere = [message, ...Object.values(localized)] as (Partial<MessageTemplate> & LocalizedTexts)[];
  return everywhere.some((texts) => texts[field] !== undefined && texts[field] !== '');
}

function always(): boolean {
  return true;
}

function isSilent({ silent }: MessageTemplate): boolean {
  return silent === true;
}

function isWithoutText(message: MessageTemplate): boolean {
  return message.silent !== true && !isWritten(message, 'title') && !isWritten(message, 'body');
}

function hasIconUrl({ icon = '' }: MessageTemplate): boolean {
  return !liquid.test(icon) && !drawable.test(icon);
}

function isWithoutIconUrl({ icon = '' }: MessageTemplate): boolean {
  return drawable.test(icon);
}

function hasText(message: MessageTemplate): boolean {
  return message.silent !== true && !isWithoutText(message);
}

function hasForeignSound({ sound = '' }: MessageTemplate): boolean {
  return !liquid.test(sound) && sound !== 'default' && !windowsSound.test(sound);
}
