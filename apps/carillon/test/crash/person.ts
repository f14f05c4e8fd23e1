import type { Client } from './client.ts';

/** A user whose attribute counts upwards, one change after the other. */
export class Person {
  #asked = 0;
  #acknowledged = 0;

  constructor(readonly externalId: string) {}

  /** False once an answer was lost. */
  async step(client: Client): Promise<boolean> {
    const visits = this.#asked + 1;
    const reply = await client.call('PATCH', `/users/${this.externalId}`, { attributes: { visits } });
    if (reply.kind === 'refused') return false;
    this.#asked = visits;
    if (reply.kind === 'unknown') return false;
    if (reply.status >= 300) throw new Error(`A change of a user was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    this.#acknowledged = visits;
    return true;
  }

  /** What is wrong with what the platform says now; undefined where nothing is. */
  async problem(client: Client): Promise<string | undefined> {
    const { attributes } = await client.must<{ attributes: { visits?: number } }>('GET', `/users/${this.externalId}`);
    const visits = attributes.visits ?? 0;
    if (visits < this.#acknowledged || visits > this.#asked)
      return `user ${this.externalId} has ${visits} visits, acknowledged were ${this.#acknowledged}, asked for ${this.#asked}`;
    this.#asked = this.#acknowledged = visits;
    return undefined;
  }
}
