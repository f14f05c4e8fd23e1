import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. It takes the time from the server (`redis.call('TIME')`): the clocks of processes differ. */
export class RedisScript {
  /** The name that the server keeps it by. */
  readonly sha: string;

  constructor(readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }
}
