import type { NativeBridge, NativeFacts, Permission, PushEvent } from '../src/bridge.ts';

/** A phone without a phone: what a native module would hold, and what the system would say. */
export class FakeBridge implements NativeBridge {
  readonly kept = new Map<string, string>();
  permissionNow: Permission = 'not_asked';
  /** What the person says when the system asks. */
  answer: Permission = 'granted';
  tokenNow: string | null = 'token-1';
  asked = 0;
  ids = ['phone-1', 'phone-2'];
  factsNow: NativeFacts = { platform: 'android', provider: 'fcm', locale: 'en-GB', timeZone: 'Europe/London' };
  readonly #tokenListeners = new Set<(token: string) => void>();
  readonly #pushListeners = new Set<(event: PushEvent) => void>();

  facts(): Promise<NativeFacts> {
    return Promise.resolve(this.factsNow);
  }

  permission(): Promise<Permission> {
    return Promise.resolve(this.permissionNow);
  }

  requestPermission(): Promise<Permission> {
    this.asked += 1;
    return Promise.resolve((this.permissionNow = this.answer));
  }

  token(): Promise<string | null> {
    return Promise.resolve(this.tokenNow);
  }

  newId(): Promise<string> {
    return Promise.resolve(this.ids.shift()!);
  }

  read(name: string): Promise<string | null> {
    return Promise.resolve(this.kept.get(name) ?? null);
  }

  write(name: string, value: string): Promise<void> {
    this.kept.set(name, value);
    return Promise.resolve();
  }

  onToken(listener: (token: string) => void): () => void {
    this.#tokenListeners.add(listener);
    return () => this.#tokenListeners.delete(listener);
  }

  onPush(listener: (event: PushEvent) => void): () => void {
    this.#pushListeners.add(listener);
    return () => this.#pushListeners.delete(listener);
  }

  /** The system has another token. */
  turnToken(token: string): void {
    this.tokenNow = token;
    for (const listener of this.#tokenListeners) listener(token);
  }

  push(event: PushEvent): void {
    for (const listener of this.#pushListeners) listener(event);
  }
}
