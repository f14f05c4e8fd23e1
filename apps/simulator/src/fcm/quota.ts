import type { Clock } from '#libs/kernel';
import { half, hash64 } from '../ledger/hash64.ts';
import { HashTable } from '../ledger/hash-table.ts';

const minuteMs = 60_000;
const mostDevices = 1_000_000;

interface Bucket {
  left: number;
  at: number;
}

/** FCM's limits, a minute each: a token bucket a project, refilled evenly, and a count a device that starts anew every minute. 0 is no limit. */
export class Quota {
  readonly #projects = new Map<string, Bucket>();
  readonly #devices = new HashTable(mostDevices);
  #minute = 0;

  constructor(
    private readonly clock: Clock,
    private readonly perProject: number,
    private readonly perDevice: number,
  ) {}

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
}
