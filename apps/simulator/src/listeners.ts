/** Where a client reaches the simulated providers. `ca` is PEM: what to trust. */
export interface Listeners {
  readonly apns: Listener & { readonly sandbox: { readonly host: string; readonly port: number } };
  /** `tokenUrl` stands for https://oauth2.googleapis.com/token. */
  readonly fcm: Listener & { readonly tokenUrl: string };
}

interface Listener {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}
