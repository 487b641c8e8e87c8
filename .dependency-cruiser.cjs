/** The rooms and their directions (docs/design.md, "Rooms"), held by the linter. */
const stages = 'migrations|shadow|hazards|plan|gate|apply|rollback|promote|drift|report';
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-nothing',
      comment: 'The words of the product stand on their own.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'ports-import-domain-only',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'stages-never-meet',
      comment: 'Stages import domain and ports, never each other; src/jobs joins them.',
      severity: 'error',
      from: { path: `^src/(${stages})/` },
      to: { path: '^src/', pathNot: ['^src/(domain|ports)/', '^src/$1/'] },
    },
    {
      name: 'adapters-import-no-stage',
      severity: 'error',
      from: { path: '^src/(github|database|queue)/' },
      to: { path: '^src/', pathNot: ['^src/(domain|ports)/', '^src/$1/'] },
    },
    {
      name: 'config-and-intake-stand-alone',
      severity: 'error',
      from: { path: '^src/(config|intake)/' },
      to: { path: '^src/', pathNot: ['^src/(domain|ports)/', '^src/$1/'] },
    },
    {
      name: 'jobs-know-no-adapter',
      severity: 'error',
      from: { path: '^src/jobs/' },
      to: { path: ['^src/(github|database|queue|demo|service|http|cli)/', '^src/(main|cli|app)[.]ts$'] },
    },
    {
      name: 'simulated-github-knows-nothing-of-the-app',
      severity: 'error',
      from: { path: '^src/demo/github/' },
      to: { path: '^src/', pathNot: '^src/demo/github/' },
    },
    {
      name: 'nothing-imports-the-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(demo/|cli/commands.ts)' },
      to: { path: '^src/demo/' },
    },
    {
      name: 'nothing-in-src-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-package-at-run-time',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // bench/ has a package.json for the tools it measures; it uses the root's packages as well.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
