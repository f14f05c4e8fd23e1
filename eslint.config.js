import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const providers = 'apns|fcm|wns|webpush|adm|baidu|hms';
const isOneProvider = 'What is particular to a provider stands in its folder, and in a list with a line for each (ADR 30).';

export default defineConfig(
  globalIgnores(['**/dist', 'data', 'coverage', 'libs/client/src/generated', 'apps/carillon/test/support/client']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            '*.js',
            '.*.js',
            'scripts/*.js',
            'scripts/interop/programs/*.js',
            'libs/*/build.js',
            'apps/carillon/test/support/site/*.js',
          ],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // Nest types its options as classes
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/require-await': 'off', // ports are asynchronous, embedded adapters often are not
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in main.ts and scripts only.' },
        { object: 'Date', property: 'now', message: 'Time comes from the Clock.' },
      ],
    },
  },
  {
    files: [
      'apps/*/src/main.ts',
      'scripts/**',
      'bench/**',
      'examples/**',
      'deploy/*.js',
      'apps/carillon/test/**',
      'libs/*/test/**/*.long.ts', // which form of it is asked for
      'libs/kernel/src/clock.ts',
      'libs/web/src/{index,browser,soft-prompt}.ts', // where the page’s own clock comes in
      'libs/web/src/worker/service-worker.ts',
      'libs/react-native/src/index.ts',
      'libs/client/src/verify-webhook.ts', // a caller's machine has no clock of ours
      'libs/testing/src/engines/describe-with-engines.ts',
      'jest.config.js',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: [`**/@(${providers})/**`, `**/@(${providers})-*.ts`, '**/*.contract.ts', 'libs/testing/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `BinaryExpression[operator=/^[!=]==?$/] > Literal[value=/^(${providers})$/]`, message: isOneProvider },
        { selector: `SwitchCase > Literal[value=/^(${providers})$/]`, message: isOneProvider },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.long.ts', '**/*.contract.ts', 'apps/*/test/**', 'libs/*/test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: { console: 'readonly', performance: 'readonly', process: 'readonly', URL: 'readonly', setTimeout: 'readonly' },
    },
  },
  {
    files: ['apps/console/public/**/*.js', 'apps/carillon/test/support/site/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'fetch',
          'location',
          'crypto',
          'TextDecoderStream',
          'AbortController',
          'URLSearchParams',
          'clearTimeout',
          'setInterval',
          'navigator',
          'btoa',
          'atob',
          'TextEncoder',
          'TextDecoder',
          'MessageChannel',
          'PushManager',
          'Notification',
          'indexedDB',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
