const isShort = process.env['LONG_FORM'] === 'short';

/** `npm run test:long` plays long suites whole; with `-- --short`, as `.ci/run` does, in a form of minutes. */
export function inForm<T>(whole: T, short: T): T {
  return isShort ? short : whole;
}
