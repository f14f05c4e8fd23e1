import { CarillonError, Installation, callPlatform, type Device, type Settings, type State } from '../../device/src/index.ts';
import type { Browser } from './browser.ts';
import { tokenOf } from './web-push-token.ts';

export interface WebSettings extends Settings {
  /** The public key of Web Push, base64url; the platform is asked for it unless it is given. */
  readonly applicationServerKey?: string;
}

const permissions = { granted: 'granted', denied: 'denied', default: 'not_asked', unsupported: 'denied' } as const;

/** One browser of one app. */
export class Carillon extends Installation {
  constructor(
    settings: WebSettings,
    private readonly browser: Browser,
  ) {
    super(settings, deviceOf(browser, settings.applicationServerKey));
  }

  /** `default`: nobody was asked yet; `unsupported`: this browser has no push. */
  permission(): NotificationPermission | 'unsupported' {
    return this.browser.permission();
  }

  /** Shows the browser's own dialog, and registers with what the person said. Throws `gesture_needed` outside of a click or a key press. */
  async requestPermission(): Promise<NotificationPermission | 'unsupported'> {
    if (this.permission() === 'default') {
      if (!this.browser.hasGesture()) throw new CarillonError('gesture_needed', 0, 'Ask when the person has clicked, not before');
      await this.browser.ask();
    }
    await this.register();
    return this.permission();
  }

  /** Keeps that the person said "not now", for `softPrompt`. */
  decline(): Promise<void> {
    return this.next(() => this.keep({ declinedAt: this.browser.now() }).then(() => undefined));
  }

  /** When the person last said "not now", ms. */
  async declinedAt(): Promise<number | undefined> {
    return (await this.state()).declinedAt;
  }
}

function deviceOf(browser: Browser, given: string | undefined): Device {
  const { store, fetch, now, traits } = browser;
  let publicKey: string | undefined;
  const asked = async (state: State) => (publicKey ??= await publicKeyOf(fetch, state));
  return {
    ...{ store, fetch, now },
    newId: () => browser.newId(),
    facts: async (state) => {
      const permission = browser.permission();
      const key = permission === 'granted' ? (given ?? (await asked(state))) : undefined;
      const subscription = key === undefined ? undefined : await browser.subscribe(key);
      const token = subscription && { token: tokenOf(subscription, key) };
      return {
        said: { platform: 'web', provider: 'webpush', permission: permissions[permission], ...token, ...traits },
        ...(key !== undefined && { kept: { applicationServerKey: key } }),
      };
    },
  };
}

async function publicKeyOf(ask: typeof fetch, state: State): Promise<string | undefined> {
  const config = (await callPlatform(ask, state, 'GET', '/sdk-config')) as { webPush?: { publicKey: string } | null };
  return config.webPush?.publicKey;
}
