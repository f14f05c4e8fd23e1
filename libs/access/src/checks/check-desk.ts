import type { CheckResult, CredentialCheck } from './credential-check.ts';

/** Never rejects. */
export type CheckServer = (check: CredentialCheck) => Promise<CheckResult>;

/** Where who takes credentials meets who talks to providers: the one may have no way to the internet, the other no caller. */
export abstract class CheckDesk {
  /** What a provider says; undefined when nobody has answered within `waitMs`. A check that is lost costs its caller another one. */
  abstract ask(check: CredentialCheck, waitMs: number): Promise<CheckResult | undefined>;

  /** Answers checks from now on, until the returned function is called. */
  abstract serve(server: CheckServer): () => void;
}
