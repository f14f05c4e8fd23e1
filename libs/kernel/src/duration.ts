/** ISO 8601, without months and years, whose length nobody knows. */
const duration = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/;
const unitsMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** Milliseconds of a duration such as `P7D` or `PT1H30M`; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const parts: (string | undefined)[] | undefined = duration.exec(text)?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) return undefined;
  return parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (unitsMs[at] ?? 0), 0);
}
