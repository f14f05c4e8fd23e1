const windowsHost = 'notify.windows.com';

/** Where a channel is sent to. */
export interface Channel {
  readonly host: string;
  /** Path and query: the channel itself, a secret. */
  readonly path: string;
}

/** A channel lives so long from the moment an app asked for it (providers.md 3.2), ms. */
export const CHANNEL_LIFETIME_MS = 30 * 86_400_000;

/**
 * Reads a channel's URL. Undefined for one that is not Microsoft's: whoever could choose another host would get our access token, and choose where our
 * requests go.
 */
export function channelOf(text: string): Channel | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return undefined;
  const { hostname: host, pathname, search } = url;
  return host === windowsHost || host.endsWith(`.${windowsHost}`) ? { host, path: `${pathname}${search}` } : undefined;
}
