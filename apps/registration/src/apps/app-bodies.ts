import { MAX_SDK_KEYS, SDK_AUTH, SDK_WRITABLE, type SdkWritable } from '#libs/access';
import { frequencyCapsBody, judgeSdkPublicKey, quietHoursBody, uninstallTrackingBody } from '#libs/registry-http';
import { z } from 'zod';

/** Named by its type; what else belongs to a key of that type stands beside it. */
const jwk = z.looseObject({ kty: z.string() }).meta({ id: 'JsonWebKey' });

/** A public key as PEM text or JWK, kept as PEM. A private key is refused, before it lies anywhere, and so is one that proves nothing. */
const publicKeyPem = z
  .union([z.string().max(8_192), jwk])
  .meta({ description: 'PEM or JWK: RSA of 2,048 to 8,192 bits (RS256), or EC on P-256 (ES256), P-384 (ES384) or P-521 (ES512)' })
  .transform((publicKey, context) => {
    const { key, problem } = isPrivate(publicKey) ? { problem: 'must be a public key, not a private one' } : judgeSdkPublicKey(publicKey);
    if (key) return key.export({ type: 'spki', format: 'pem' });
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });

const settings = z.strictObject({
  sdkWritable: z
    .array(
      z.custom<SdkWritable>((entry) => typeof entry === 'string' && SDK_WRITABLE.test(entry), {
        message:
          'installation.tags, installation.attributes, user.tags, user.attributes (each also :name or :prefix*) or user.subscription',
      }),
    )
    .max(100)
    .meta({
      type: 'array',
      items: { type: 'string', pattern: SDK_WRITABLE.source },
      description: 'What an sdk key may write; `installation.tags:news_*` opens the tags that start so',
    }),
  onUserChange: z.enum(['clear', 'keep']).meta({ description: 'Tags and attributes of an installation that another person takes over' }),
  mergeCustomAttributes: z.boolean(),
  optInWhenAuthorized: z.boolean(),
  optInOverridesUnsubscribe: z.boolean(),
  maxTags: z.int().min(1).max(1_000),
  allowedOrigins: z
    .array(z.string().max(255).refine(isOrigin, 'An origin such as https://shop.example, without a path'))
    .max(50)
    .meta({ description: 'Origins whose pages may make the calls of sdk keys from a browser (CORS); never all' }),
  quietHours: quietHoursBody,
  frequencyCaps: frequencyCapsBody,
  uninstallTracking: uninstallTrackingBody,
});

const sdkKeys = z
  .array(z.strictObject({ kid: z.string().regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 visible ASCII characters'), publicKey: publicKeyPem }))
  .max(MAX_SDK_KEYS)
  .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'Every kid once')
  .meta({
    description:
      'Keys of your backend that user tokens (JWT, RS256, ES256, ES384 or ES512) are checked with; the list is replaced as a whole',
  });

const fields = {
  name: z.string().min(1).max(200),
  sdkAuth: z.enum(SDK_AUTH).meta({ description: 'Whether SDK calls for a known user need a user token; `required` at first' }),
  sdkKeys,
};

/** What is absent stays as it is. */
export const putAppBody = z
  .strictObject({ ...optional(fields), settings: z.strictObject(optional(settings.shape)).exactOptional() })
  .default({})
  .meta({ id: 'PutApp', examples: [{ name: 'Shop', settings: { onUserChange: 'keep' } }] });

/** A merge patch (RFC 7396): null brings the default back. */
export const patchAppBody = z
  .strictObject({ ...resettable(fields), settings: z.strictObject(resettable(settings.shape)).nullable().exactOptional() })
  .meta({ id: 'PatchApp', examples: [{ sdkAuth: 'optional', settings: { maxTags: null } }] });

export type AppChange = z.output<typeof patchAppBody>;

/** As a browser sends it in `Origin`: small letters, the port only where it is not the usual one. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin } = new URL(text);
  return origin === 'null' ? ofAnApp.test(text) : origin === text;
}

/** Web views of apps have schemes of their own: `capacitor://localhost`. */
const ofAnApp = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

type Optional<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodExactOptional<T[K]> };
type Resettable<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodExactOptional<z.ZodNullable<T[K]>> };

function optional<T extends z.ZodRawShape>(shape: T): Optional<T> {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.exactOptional(schema)])) as Optional<T>;
}

function resettable<T extends z.ZodRawShape>(shape: T): Resettable<T> {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.exactOptional(z.nullable(schema))])) as Resettable<T>;
}

function isPrivate(publicKey: string | Readonly<Record<string, unknown>>): boolean {
  return typeof publicKey === 'string' ? /PRIVATE KEY|"d"\s*:/.test(publicKey) : 'd' in publicKey;
}
