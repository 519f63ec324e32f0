/** Arrows point inward and never sideways: bootstrap -> adapters -> application -> domain. */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'domain knows nothing but itself',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/zod/'] },
    },
    {
      name: 'zod-is-a-language-of-two-folders',
      comment: 'only domain/protocol, domain/config and domain/openai declare shapes in zod; others see inferred types',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: ['^src/domain/protocol/', '^src/domain/config/', '^src/domain/openai/'] },
      to: { path: '^node_modules/' },
    },
    {
      name: 'application-knows-no-technology',
      comment: 'application sees domain and itself; no package, no node: module (type-only zod excepted)',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: ['^src/(application|domain)/', '^node_modules/zod/'] },
    },
    {
      name: 'application-imports-zod-as-types-only',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { path: '^node_modules/zod/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'an adapter imports its library and the ports, never another adapter',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'adapters-do-not-know-bootstrap',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/bootstrap/' },
    },
    {
      name: 'inversify-lives-in-bootstrap',
      severity: 'error',
      from: { path: '^(src|test)/', pathNot: ['^src/bootstrap/'] },
      to: { path: '^node_modules/(inversify|@inversifyjs|reflect-metadata)/' },
    },
    { name: 'no-circular', severity: 'error', from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'src-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(uWebSockets\\.js|uws-compat)' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.js'] },
    moduleSystems: ['es6', 'cjs'],
  },
}
