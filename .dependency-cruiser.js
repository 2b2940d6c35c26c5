/** @import { IConfiguration, IForbiddenRuleType, IRegularForbiddenRuleType } from 'dependency-cruiser' */

const own = '^(src-main|src-preload|src-renderer|test|script)/'
const contract = '^src-preload/contract/'
const ports = '^src-main/ports/'
const lifecycle = '^src-main/lifecycle/'
const engine = '^src-main/engine/'
const ssh = '^src-main/ssh/'

/** Built-in modules that compute and touch nothing outside the process. */
const pureBuiltIns = '^(node:)?(crypto|buffer|util|events|url|path(/posix)?)$'

/**
 * @param {string} name
 * @param {string} comment
 * @param {string} from
 * @param {IRegularForbiddenRuleType['to']} to
 * @param {string} [fromNot]
 * @returns {IForbiddenRuleType}
 */
function forbid(name, comment, from, to, fromNot) {
  const pathNot = fromNot === undefined ? {} : { pathNot: fromNot }
  return { name, comment, severity: 'error', from: { path: from, ...pathNot }, to }
}

/**
 * Of the project's own folders, `folder` imports itself and `allowed`, nothing else.
 *
 * @param {string} name
 * @param {string} folder
 * @param {string[]} allowed
 */
function only(name, folder, allowed) {
  const comment = `${folder} may import itself and: ${allowed.join(' ') || 'nothing'}`
  return forbid(name, comment, folder, { path: own, pathNot: [folder, ...allowed] })
}

/** @param {string} name @param {string} folder */
function builtInsOnlyPure(name, folder) {
  const comment = `${folder} does no I/O of its own`
  return forbid(name, comment, folder, { dependencyTypes: ['core'], pathNot: pureBuiltIns })
}

const adapters = ['runtimes', 'ledger', 'cache', 'environments', 'access'].map((folder) =>
  only(`${folder}-implements-ports`, `^src-main/${folder}/`, [
    contract,
    lifecycle,
    ports,
    ...(folder === 'runtimes' || folder === 'environments' ? [ssh] : []),
  ]),
)

/** @type {IForbiddenRuleType[]} */
const importDirection = [
  forbid('contract-is-schemas-only', 'the contract imports only zod and @orpc/contract', contract, {
    pathNot: [contract, '(^|/)node_modules/(zod|@orpc/contract)/'],
  }),
  forbid('bridge-hands-over-a-port', 'the bridge imports only contract and electron', '^src-preload/bridge', {
    pathNot: [contract, '(^|/)node_modules/electron/', '^electron$'],
  }),
  forbid(
    'nothing-imports-bridge',
    'Electron loads the bridge, nobody else',
    '.',
    { path: '^src-preload/bridge' },
    '^test/',
  ),
  only('renderer-speaks-contract', '^src-renderer/', [contract]),
  forbid('renderer-is-sandboxed', 'the window has neither Node nor Electron', '^src-renderer/', {
    path: '(^|/)node_modules/electron/|^electron$',
  }),
  forbid('renderer-has-no-node', 'the window has neither Node nor Electron', '^src-renderer/', {
    dependencyTypes: ['core'],
  }),
  forbid('views-are-strangers', 'what two views show is a component', '^src-renderer/views/([^/]+)/', {
    path: '^src-renderer/views/',
    pathNot: '^src-renderer/views/$1/',
  }),
  only('lifecycle-decides', lifecycle, [contract]),
  builtInsOnlyPure('lifecycle-does-no-io', lifecycle),
  only('engine-speaks-to-ports', engine, [contract, lifecycle, ports]),
  builtInsOnlyPure('engine-does-no-io', engine),
  forbid(
    'decisions-use-pure-packages',
    'a package that reaches outside belongs behind a port',
    '^src-main/(lifecycle|engine)/',
    {
      path: '(^|/)node_modules/',
      pathNot: '(^|/)node_modules/(canonicalize|zod|yaml)/',
    },
  ),
  only('ports-know-the-contract', ports, [contract]),
  ...adapters,
  only('sync-joins-ledger-and-cache', '^src-main/sync/', [
    contract,
    lifecycle,
    ports,
    '^src-main/ledger/',
    '^src-main/cache/',
  ]),
  only('ssh-is-below-runtimes', ssh, [contract, ports]),
  only('api-dispatches', '^src-main/api/', [contract, engine, ports]),
  only('entry-wires', '^src-main/entry/', [contract, '^src-main/']),
  forbid(
    'nothing-imports-entry',
    'entry points are started, not imported',
    '.',
    { path: '^src-main/entry/' },
    '^(src-main/entry|test)/',
  ),
  only('simulator-speaks-protocols', '^src-main/simulator/', [
    contract,
    ports,
    ssh,
    '^src-main/runtimes/compose/protocol\\.ts$',
  ]),
  forbid('simulator-spawns-nothing', 'visitors of a simulated host run no command', '^src-main/simulator/', {
    path: '^(node:)?child_process$',
  }),
  forbid(
    'simulator-serves-entries',
    'only the entry points start a simulation, and what takes their pictures',
    '.',
    { path: '^src-main/simulator/' },
    '^(src-main/(entry|simulator)|test|script/dev/screens)/',
  ),
]

/** @type {IForbiddenRuleType[]} */
const hygiene = [
  forbid(
    'known-folders-only',
    'a new folder of src-main comes with its rule of import direction',
    '^src-main/',
    {},
    '^src-main/(access|api|cache|engine|entry|environments|ledger|lifecycle|ports|runtimes|simulator|ssh|sync)/',
  ),
  forbid(
    'electron-in-its-entry',
    'the engine runs under plain Node',
    '.',
    { path: '(^|/)node_modules/electron/|^electron$' },
    '^(src-main/entry/electron\\.ts|src-preload/bridge|src-renderer/)',
  ),
  forbid('product-stands-alone', 'what is shipped needs no test or script', '^src-', {
    path: '^(test|script)/',
  }),
  forbid(
    'product-needs-dependencies',
    'what is shipped needs no development dependency',
    '^src-(main|preload)/',
    {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only'],
      // Electron is what the product runs in, not what it brings along.
      pathNot: '(^|/)node_modules/electron/',
    },
  ),
  forbid('imports-resolve', 'an import that cannot be found escapes every other rule', '.', {
    couldNotResolve: true,
    pathNot: '^electron$',
  }),
  forbid('no-circles', 'modules that need each other are one module', '.', {
    circular: true,
    viaOnly: { dependencyTypesNot: ['type-only'] },
  }),
]

/** @type {IConfiguration} */
export default {
  forbidden: [...importDirection, ...hygiene],
  options: {
    doNotFollow: '(^|/)node_modules/',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
