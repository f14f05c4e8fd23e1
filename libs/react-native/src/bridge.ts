/** As the platform says it. */
export type Permission = 'granted' | 'provisional' | 'denied' | 'not_asked';

/** What the native side says of the device; optional fields are left out where it does not know. */
export interface NativeFacts {
  readonly platform: 'ios' | 'android';
  readonly provider: 'apns' | 'fcm' | 'adm' | 'hms' | 'baidu';
  /** Of APNs; `production` unless said. */
  readonly environment?: 'production' | 'sandbox';
  readonly bundleId?: string;
  /** BCP 47, such as `de-AT`. */
  readonly locale: string;
  /** IANA, such as `Europe/Vienna`. */
  readonly timeZone: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
  readonly model?: string;
  /** Ids of Android's channels that the person switched off; left out where none ever was, empty where all are on again. */
  readonly mutedChannels?: readonly string[];
}

/** What happened to a push on this device, as the native side saw it. */
export interface PushEvent {
  readonly kind: 'received' | 'displayed' | 'opened' | 'dismissed' | 'action';
  /** The id of the button, with `action`. */
  readonly action?: string;
  /** The payload: `userInfo` of APNs, `data` of the others. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** When it happened, UNIX time in ms; now unless said. */
  readonly at?: number;
}

/**
 * What the SDK needs of native code. It holds no rule: it hands over what the system says, and keeps texts where a backup to another device does not
 * take them (Keychain with `ThisDeviceOnly`, files outside of Auto Backup).
 */
export interface NativeBridge {
  facts(): Promise<NativeFacts>;
  permission(): Promise<Permission>;
  /** Shows the system's dialog where it was not shown yet. */
  requestPermission(): Promise<Permission>;
  /** The token of now: hexadecimal digits at APNs. Null where the system gives none. */
  token(): Promise<string | null>;
  /** A random UUID. */
  newId(): Promise<string>;
  read(name: string): Promise<string | null>;
  write(name: string, value: string): Promise<void>;
  /** Calls back whenever the system has another token; gives back the way to stop that. */
  onToken(listener: (token: string) => void): () => void;
  /** Calls back for each push of this app, also for those that started it; gives back the way to stop that. */
  onPush(listener: (event: PushEvent) => void): () => void;
}

/** A module of `NativeModules`: the methods of the bridge. */
export type NativeModule = Omit<NativeBridge, 'onToken' | 'onPush'>;

/** `NativeEventEmitter`, as far as it is needed. */
export interface NativeEvents {
  addListener(name: string, listener: (event: never) => void): { remove(): void };
}

/** A bridge over a native module, whose events are `carillonToken` (the token) and `carillonPush` (a PushEvent). */
export function bridgeOf(module: NativeModule, events: NativeEvents): NativeBridge {
  const on = (name: string, listener: (event: never) => void) => {
    const subscription = events.addListener(name, listener);
    return () => {
      subscription.remove();
    };
  };
  return {
    facts: () => module.facts(),
    permission: () => module.permission(),
    requestPermission: () => module.requestPermission(),
    token: () => module.token(),
    newId: () => module.newId(),
    read: (name) => module.read(name),
    write: (name, value) => module.write(name, value),
    onToken: (listener) => on('carillonToken', listener),
    onPush: (listener) => on('carillonPush', listener),
  };
}
