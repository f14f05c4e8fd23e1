/** The public half of a key that the app's backend signs user tokens with. */
export interface SdkKey {
  readonly kid: string;
  /** SubjectPublicKeyInfo as PEM text, whatever form it came in. */
  readonly publicKey: string;
}
