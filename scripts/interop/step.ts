/** What a step needs on the machine, beside a network or the tool's own cache; a step whose tool is missing is skipped. */
export type Tool = 'npm' | 'pip' | 'mvn' | 'go';

/** One thing that software of others does with Carillon or its simulators. Every file of this folder but this one exports `steps`. */
export interface InteropStep {
  /** Stands in the report: the software, then what it does, as in `node-apn: good message, dead token, …`. */
  readonly name: string;
  readonly needs: readonly Tool[];
  /** Throws when what happened is not what the protocol documents; throws Unfetched, by way of the context's fetchers, when nothing could be tried. */
  readonly run: (context: InteropContext) => Promise<void>;
}

export interface InteropContext {
  /** A folder of this step alone, which is gone after the run. */
  readonly folder: string;
  /** A platform of this run with simulators in its process, on free ports, with no demo. `url` and `control` have no slash at the end. */
  readonly platform: { readonly url: string; readonly adminKey: string; readonly control: string };
  /** Where a file of `scripts/interop/programs` is. */
  readonly program: (name: string) => string;
  /** Runs a program in the step's folder. Throws an error with the end of its output when it ends with another status than 0, or not in time. */
  exec(command: string, options: readonly string[], settings?: ExecSettings): Promise<ExecResult>;
  /** Installs packages such as `express@5.1.0` into the step's folder; programs are copied there to find them. */
  npm(...packages: string[]): Promise<void>;
  /** Installs packages such as `httpx==0.28.1` into a virtual environment of the step. Answers the path of its Python. */
  pip(...packages: string[]): Promise<string>;
  /** Fetches artifacts such as `com.eatthepath:pushy:0.15.4` with all that they need. Answers a class path. */
  mvn(...artifacts: string[]): Promise<string>;
  /** Makes the step's folder a module with packages such as `github.com/sideshow/apns2@v0.25.0`; `go run .` goes on from there. */
  go(...packages: string[]): Promise<void>;
}

export interface ExecSettings {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The step's folder unless said. */
  readonly cwd?: string;
  /** Given to standard input. */
  readonly input?: string;
  /** 120,000 ms unless said. */
  readonly deadlineMs?: number;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** A package could not be fetched because nothing could be reached: the step is skipped, not failed. */
export class Unfetched extends Error {}
