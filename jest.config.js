// What ships is compiled by tsc; swc only makes tests start fast.
export default {
  maxWorkers: 3, // on two cores: suites over servers and processes wait for them much of the time
  workerIdleMemoryLimit: '1GB', // a worker keeps something of each suite's modules: after some hundred suites it ran out of memory
  testSequencer: './jest.sequencer.js',
  testTimeout: 300_000, // for machines with much other work; what a test waits for has deadlines of its own, of a minute and more
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/deploy'],
  testRegex: String.raw`\.spec\.ts$`,
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['carillon-source', 'node', 'node-addons'] },
  transform: {
    [String.raw`\.ts$`]: [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          experimental: { keepImportAttributes: true },
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
};
