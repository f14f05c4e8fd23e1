// What words.js exports, for its tests: the page itself is plain JavaScript.
interface Texts {
  readonly default: { readonly title: string; readonly body: string };
  readonly fr: { readonly title: string; readonly body: string };
}
interface Question {
  readonly title: string;
  readonly detail: string;
  readonly yes: string;
}
interface Sums {
  readonly counts: {
    readonly targeted: number;
    readonly accepted: number;
    readonly remaining: number;
    readonly possibleDuplicates: number;
  };
  readonly outcomes: Readonly<Record<string, number>>;
  readonly suppressedBy: Readonly<Record<string, number>>;
}
export function number(n: number): string;
export function counted(n: number, one: string, many?: string): string;
export function textsFor(app: string): Texts;
export function isUntouched(texts: Texts, app: string): boolean;
export function messageOf(texts: Texts): object;
export function sendQuestion(
  app: string,
  asked: { readonly kind: 'everyone' | 'tags' | 'user'; readonly text: string; readonly installations: number | null },
): Question;
export function replayQuestion(letters: number, more: boolean): Question;
export function deleteQuestion(letter: { readonly type: string | null; readonly topic: string; readonly key: string }): Question;
export function rowsOf(send: Sums): readonly (readonly [name: string, value: number, meaning?: string])[];
export function waitingText(waiting: {
  readonly what: string;
  readonly provider: string | null;
  readonly reason: string;
  readonly detail: string | null;
}): string;
export const networkText: string;
