const maxAnswers = 2_000;

const maxName = 64;
const names = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/; // no bare offsets, which Intl would take too

/** Whether the text names a zone of the IANA time zone database, links such as `US/Pacific` included. */
export function isTimeZone(name: string): boolean {
  return name.length <= maxName && names.test(name) && isKnownToIntl(name);
}

const isKnownToIntl = remembered((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
});

/** Remembers what a costly check said of a text; callers bound the texts' length. */
function remembered(check: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = check(text);
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}
