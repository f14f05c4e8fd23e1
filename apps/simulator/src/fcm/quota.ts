import type { Clock } from '#libs/kernel';
import { half, hash64 } from '../ledger/hash64.ts';
import { HashTable } from '../ledger/hash-table.ts';

const minuteMs = 60_000;
const maxDevices = 1_000_000;

interface Bucket {
  left: number;
  at: number;
}

/** One more collapsible message a device after so long. */
const collapsibleRefillMs = 3 * minuteMs;

/**
 * FCM's limits: a token bucket a project, refilled evenly within a minute; a count a device that starts anew every minute; and a burst of collapsible
 * messages a device, refilled by one in three minutes. 0 is no limit.
 */
export class Quota {
  readonly #projects = new Map<string, Bucket>();
  readonly #devices = new HashTable(maxDevices);
  /** Half seconds after the start when the device will have its whole burst again, and one: 0 is a device without any message. */
  readonly #collapsible = new HashTable(maxDevices);
  readonly #startedAt: number;
  #minute = 0;

  constructor(
    private readonly clock: Clock,
    private readonly perProject: number,
    private readonly perDevice: number,
    private readonly collapsibleBurst: number,
  ) {
    this.#startedAt = clock.now();
  }

  /** Takes one request of the project; answers the seconds to wait where there is none left. Requests that are refused here do not count. */
  takeForProject(project: string): number | undefined {
    if (this.perProject === 0) return undefined;
    const now = this.clock.now();
    const bucket = this.#projects.get(project) ?? { left: this.perProject, at: now };
    bucket.left = Math.min(this.perProject, bucket.left + ((now - bucket.at) * this.perProject) / minuteMs);
    bucket.at = now;
    this.#projects.set(project, bucket); // projects are those of registered accounts, so they are few
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * minuteMs) / this.perProject / 1_000);
    bucket.left -= 1;
    return undefined;
  }

  /** Takes one message of the device; answers the seconds to wait where it has had too many in this minute. */
  takeForDevice(token: string): number | undefined {
    if (this.perDevice === 0) return undefined;
    const now = this.clock.now();
    if (now - this.#minute >= minuteMs) {
      this.#minute = now;
      this.#devices.clear();
    }
    hash64(token);
    const { high, low } = half;
    if (this.#devices.get(high, low) >= this.perDevice) return Math.ceil((this.#minute + minuteMs - now) / 1_000);
    this.#devices.count(high, low);
    return undefined;
  }

  /** Takes one collapsible message of the device. What FCM does beyond the burst it calls throttling; the simulator refuses with the seconds to wait. */
  takeCollapsible(token: string): number | undefined {
    if (this.collapsibleBurst === 0) return undefined;
    const now = this.clock.now() - this.#startedAt;
    hash64('collapsible', token);
    const { high, low } = half;
    const wholeAt = Math.max(now, (this.#collapsible.get(high, low) - 1) * 500);
    const wait = wholeAt - now - (this.collapsibleBurst - 1) * collapsibleRefillMs;
    if (wait > 0) return Math.ceil(wait / 1_000);
    this.#collapsible.set(high, low, Math.floor((wholeAt + collapsibleRefillMs) / 500) + 1);
    return undefined;
  }
}
