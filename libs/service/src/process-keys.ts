/** The keys that a process starts with. */
export interface ProcessKeys {
  readonly adminKey: string;
  /** The file the admin key was read from; undefined when a setting gave it. */
  readonly adminKeyFile: string | undefined;
  readonly masterKey: Buffer;
}
