// Imports point inward: adapters and controllers → use cases → rules → kernel. What is written here fails the build.
const app = '^apps/([^/]+)/';
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

/** Folders of an app from the ground up: each may import those before it, none may import those after it. */
const folderOrder = (name, folders) =>
  folders
    .slice(0, -1)
    .map((folder, at) =>
      rule(
        `${name}-${folder}-below`,
        { path: `^apps/${name}/src/${folder}/`, pathNot: '\\.contract\\.ts$' },
        { path: folders.slice(at + 1).map((later) => `^apps/${name}/src/${later}/`) },
      ),
    );
const dispatcherFolders = [
  'transport',
  'providers',
  'credentials',
  'simulators',
  'metrics',
  'admission',
  'attempts',
  'batches',
  'trials',
  'provider-states',
  'retention',
];
const campaignFolders = [
  'documents',
  'send',
  'planning',
  'retention',
  'progress',
  'estimates',
  'intake',
  'templates',
  'schedule',
  'control',
  'probes',
  'campaigns',
  'launching',
  'trials',
  'audiences',
  'requests',
  'providers',
];

/** What runs on customers' devices and in their backends, and what two of those share. */
const published = '^libs/(web|client|react-native|device)/';

/** Every document of a send has one writer; everybody may read it. */
const writers = [
  ['send', 'campaign'],
  ['slice', 'campaign'],
  ['page', 'campaign'],
  ['attempt', 'dispatcher'],
  ['provider-state', 'dispatcher'],
  ['result', 'feedback'],
  ['receipt', 'feedback'],
  ['conversion', 'feedback'],
];

export default {
  forbidden: [
    ...folderOrder('campaign', campaignFolders),
    ...folderOrder('dispatcher', dispatcherFolders),
    rule('no-cycles', {}, { circular: true }),
    rule(
      'no-unresolved',
      { pathNot: '^apps/carillon/test/support/client/' },
      { couldNotResolve: true, pathNot: '/(carillon-web|sdk)\\.js$' },
    ), // a browser gets these from a server; a program outside has the client from its package
    rule('apps-never-import-apps', { path: app, pathNot: '^apps/carillon/' }, { path: app, pathNot: '^apps/$1/' }),
    rule(
      'carillon-modules-only',
      { path: '^apps/carillon/' },
      { path: app, pathNot: ['^apps/carillon/', '^apps/[^/]+/src/[^/]+\\.module\\.ts$'] },
    ),
    // What runs knows nothing of what tests it: the image is built from src alone (tsconfig.build.json).
    rule(
      'src-without-tests',
      { path: '^(apps|libs)/[^/]+/src/', pathNot: ['\\.contract\\.ts$', '^libs/testing/'] },
      { path: ['^(apps|libs)/[^/]+/test/', '\\.(contract|spec|long)\\.ts$', '^libs/testing/'] },
    ),
    rule(
      'registry-rules-without-stores',
      { path: '^libs/registry/src/', pathNot: ['/(mongo|sqlite)-[^/]+\\.ts$', '\\.contract\\.ts$', '^libs/registry/src/index\\.ts$'] },
      {
        path: ['^libs/registry/src/.*/?(mongo|sqlite)-[^/]+\\.ts$', '^node_modules/(mongoose|@nestjs)', '^(node:)?sqlite$'],
        dependencyTypesNot: ['type-only'],
      },
    ),
    // What is published and what runs here share a protocol, and no code (ADR 49).
    rule('platform-without-client-libraries', { path: '^(apps|libs)/', pathNot: published }, { path: published }),
    rule('client-libraries-alone', { path: published }, { path: '^(apps|libs)/', pathNot: published }),
    rule('libs-never-import-apps', { path: '^libs/' }, { path: '^apps/' }),
    rule(
      'libs-through-index',
      { path: '^(apps|libs)/([^/]+)/' },
      {
        path: '^libs/([^/]+)/',
        pathNot: [
          '^libs/[^/]+/src/index\\.ts$',
          '^libs/(testing|service)/src/[^/]+/index\\.ts$',
          '^libs/sends/src/[^/]+/writing\\.ts$',
          '^libs/device/test/', // what the tests of every SDK play
          '^libs/$2/',
        ],
      },
    ),
    ...writers.map(([documents, writer]) =>
      rule(
        `${writer}-alone-writes-${documents}`,
        { path: '^(apps|libs)/', pathNot: [`^apps/${writer}/`, '^apps/[^/]+/test/', '^libs/testing/', '^libs/sends/'] },
        { path: `^libs/sends/src/${documents}/writing\\.ts$` },
      ),
    ),
    rule('kernel-alone', { path: '^libs/kernel/src/' }, { pathNot: ['^libs/kernel/'], dependencyTypesNot: ['core'] }),
    // Embedded mode loads none of it: eleven megabytes that every collection of garbage would walk through.
    rule(
      'mongoose-when-connected',
      { path: '^(apps|libs)/', pathNot: ['^(apps|libs)/[^/]+/test/', '^libs/testing/'] },
      { path: '^node_modules/(mongoose|mongodb)/', dependencyTypesNot: ['type-only', 'dynamic-import'] },
    ),
    // `npm start` pays nothing for them (ADR 39).
    rule(
      'libraries-when-used',
      { path: '^(apps|libs)/', pathNot: ['^apps/[^/]+/test/'] },
      { path: '^node_modules/(@parse/node-apn|firebase-admin)/', dependencyTypesNot: ['type-only', 'dynamic-import'] },
    ),
    rule(
      'pure-rules',
      {
        path: '^apps/[^/]+/src/[^/]+/',
        pathNot: [
          '\\.(controller|consumer|module|contract)\\.ts$',
          '/(mongo|sqlite|redis|kafka|s3|http1|http2|fastify)-[^/]+\\.ts$',
          '/(open-socket|outbound-address)\\.ts$', // where what goes out meets TLS and addresses
          '^apps/simulator/',
        ],
      },
      { path: ['^node_modules/(@nestjs|mongoose|ioredis|kafkajs|fastify)', '^(node:)?(sqlite|fs|http|http2|net|tls)$'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { conditionNames: ['carillon-source', 'import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
};
