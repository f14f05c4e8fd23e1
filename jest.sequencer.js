import { relative } from 'node:path';

/** The longest suite of all, beside those that wait for servers most of the time; then platforms in processes of their own; then everything else. */
const heaviestFirst = [/distributed\/stories/, /(kafka|mongo)[^/]*$/, /^apps\/carillon\/test\//];

/**
 * The order of test files. On a clean clone Jest knows no times and goes by the size of files, in which the shortest file may start ten processes: one that
 * takes minutes would begin last, alone on its worker.
 */
export default class HeaviestFirst {
  sort(tests) {
    const weighed = tests.map((test) => ({ test, rank: rankOf(test), size: test.context.hasteFS.getSize(test.path) ?? 0 }));
    return weighed.sort((one, other) => one.rank - other.rank || other.size - one.size).map(({ test }) => test);
  }

  /** Which of them failed last time is not kept. */
  allFailedTests(tests) {
    return this.sort(tests);
  }

  cacheResults() {
    return undefined;
  }
}

function rankOf({ path, context }) {
  const file = relative(context.config.rootDir, path);
  const rank = heaviestFirst.findIndex((pattern) => pattern.test(file));
  return rank < 0 ? heaviestFirst.length : rank;
}
