/** Another name of a person, such as the id in a system that knows nothing of yours. A name belongs to one user of a label. */
export interface Alias {
  readonly label: string;
  readonly name: string;
}

/** Who is meant by which alias. One alias names at most one user of an app. All calls may throw DependencyUnavailable. */
export abstract class AliasRepository {
  /** The user's id, merged or not; undefined where nobody has the alias. */
  abstract find(app: string, alias: Alias): Promise<string | undefined>;
  /** Gives the alias to a user where nobody has it. Answers whose it is now. */
  abstract claim(app: string, alias: Alias, userId: string): Promise<string>;
  /** In order of label and name; at most 1,000. */
  abstract ofUser(app: string, userId: string): Promise<readonly Alias[]>;
  /** Takes the alias from the user, if it is theirs. */
  abstract release(app: string, alias: Alias, userId: string): Promise<void>;
  /** All aliases of one user become another's. */
  abstract move(app: string, fromUserId: string, toUserId: string): Promise<void>;
  /** Answers how many went. */
  abstract removeOf(app: string, userId: string): Promise<number>;
}

export function aliasKey(app: string, { label, name }: Alias): string {
  return `${app}:${label}:${name}`; // no label holds a colon
}
