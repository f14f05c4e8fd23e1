/** A Web Push subscription as `PushSubscription.toJSON()` gives it. */
export interface WebPushToken {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** The VAPID public key that `subscribe` was given, base64url: it goes on with that key when the app gets another. */
  readonly applicationServerKey?: string | undefined;
}

export interface TokenProblem {
  /** JSON Pointer below the token. */
  readonly pointer: string;
  readonly message: string;
}

/** The text that is stored, fingerprinted and compared, or what is wrong with the token. A problem never quotes the token. */
export type TokenForm =
  { readonly text: string; readonly problems?: never } | { readonly text?: never; readonly problems: readonly TokenProblem[] };

/** How the addresses of one provider look. */
export interface TokenShape {
  /** The same token always has the same text. */
  readonly form: (token: string | WebPushToken) => TokenForm;
  /** How often a text may repeat itself and be a token still; 2 unless said. */
  readonly fewestCopies?: number;
  /** Why an installation or a credential of the provider cannot have the bundle id; undefined where it can. Absent: any will do. */
  readonly bundleIdProblem?: (bundleId: string) => string | undefined;
}

const maxTextToken = 4_096;
/** More than any provider uses, without what programs put around a text or between two. */
const tokenText = /^[\w:.~+/=%!@*-]+$/;

/** A text of at least so many characters. */
export function textShape(shortest: number, more: Pick<TokenShape, 'fewestCopies'> = {}): TokenShape {
  const isOne = (token: string) => token.length >= shortest && token.length <= maxTextToken && tokenText.test(token);
  return {
    ...more,
    form: ofText((token) =>
      isOne(token)
        ? { text: token }
        : wrong(
            `must be ${shortest} to ${maxTextToken} letters, digits and characters such as - _ : . + / =, as the provider gave it: no blanks, quotes or brackets`,
          ),
    ),
  };
}

/** A form for those whose tokens are texts. */
export function ofText(form: (token: string) => TokenForm): TokenShape['form'] {
  return (token) => (typeof token === 'string' ? form(token) : wrong('must be text'));
}

export function wrong(message: string): TokenForm {
  return { problems: [{ pointer: '', message }] };
}
