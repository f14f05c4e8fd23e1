import { setTimeout as after } from 'node:timers/promises';
import { ErrandDesk, type ErrandKind, type ErrandServer, type Errands } from './errand-desk.ts';

/** For a process that does everything. Where nobody serves, nobody is waited for. */
export class MemoryErrandDesk extends ErrandDesk {
  readonly #servers: { [K in ErrandKind]?: ErrandServer<K> | undefined } = {};

  async ask<K extends ErrandKind>(kind: K, errand: Errands[K]['asks'], waitMs: number): Promise<Errands[K]['answer'] | undefined> {
    const server = this.#servers[kind];
    if (!server) return undefined;
    const late = new AbortController();
    const inTime = after(waitMs, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
    const answer = await Promise.race([server(errand), inTime]);
    late.abort();
    return answer;
  }

  serve<K extends ErrandKind>(kind: K, server: ErrandServer<K>): () => void {
    const servers: { [key in K]?: ErrandServer<key> | undefined } = this.#servers;
    servers[kind] = server;
    return () => {
      if (servers[kind] === server) servers[kind] = undefined;
    };
  }
}
