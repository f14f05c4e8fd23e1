import type { Condition } from './condition.ts';

const maxMembers = 50_000;
/** firebase.google.com: topics of one app instance. */
const maxTopics = 2_000;

/** Who is on which topic, of tokens that a simulated phone has or somebody watches: of others nobody would see a message. */
export class TopicMembers {
  /** By project and token. */
  readonly #topics = new Map<string, { readonly project: string; readonly token: string; readonly topics: Set<string> }>();

  /** False where the token is on as many topics as FCM allows. */
  add(project: string, token: string, topic: string): boolean {
    const key = `${project} ${token}`;
    const known = this.#topics.get(key) ?? { project, token, topics: new Set<string>() };
    if (known.topics.size >= maxTopics && !known.topics.has(topic)) return false;
    known.topics.add(topic);
    const oldest = this.#topics.size >= maxMembers && !this.#topics.has(key) ? this.#topics.keys().next().value : undefined;
    if (oldest !== undefined) this.#topics.delete(oldest);
    this.#topics.set(key, known);
    return true;
  }

  remove(project: string, token: string, topic: string): void {
    const key = `${project} ${token}`;
    const known = this.#topics.get(key);
    known?.topics.delete(topic);
    if (known?.topics.size === 0) this.#topics.delete(key);
  }

  /** Tokens of the project that a message under this condition comes to; whoever is on no topic gets none. */
  *matching(project: string, condition: Condition): Generator<string> {
    for (const member of this.#topics.values()) if (member.project === project && condition(member.topics)) yield member.token;
  }
}
