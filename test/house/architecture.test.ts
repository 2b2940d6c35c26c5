import { describe, expect, test } from 'vitest'
import configuration from '../../.dependency-cruiser.js'
import { checkImports } from '../../script/dev/architecture.ts'
import { plantTree } from './plantedTree.ts'

const houses = {
  'src-preload/contract/vocabulary.ts': "import { z } from 'zod'\nexport const name = z.string()\n",
  'src-preload/contract/contract.ts': "import { oc } from '@orpc/contract'\nexport const contract = oc\n",
  'src-preload/bridge.ts': "import 'electron'\nimport './contract/vocabulary.ts'\n",
  'src-main/ports/ledger.ts':
    "import '../../src-preload/contract/vocabulary.ts'\nexport type Ledger = string\n",
  'src-main/lifecycle/table.ts':
    "import { createHash } from 'node:crypto'\nimport 'canonicalize'\nimport 'node:path'\nexport const hash = createHash\n",
  'src-main/engine/apply.ts': "import '../lifecycle/table.ts'\nimport type {} from '../ports/ledger.ts'\n",
  'src-main/ssh/connect.ts': "import 'node:net'\nimport type {} from '../ports/ledger.ts'\n",
  'src-main/runtimes/compose/protocol.ts': "import '../../ssh/connect.ts'\nexport const verbs = []\n",
  'src-main/ledger/connect.ts': "import 'pg'\nimport '../lifecycle/table.ts'\n",
  'src-main/cache/mirror.ts': "import '../../src-preload/contract/vocabulary.ts'\n",
  'src-main/access/policy.ts': "import type {} from '../ports/ledger.ts'\n",
  'src-main/environments/install.ts': "import '../ssh/connect.ts'\n",
  'src-main/sync/pull.ts': "import '../ledger/connect.ts'\nimport '../cache/mirror.ts'\n",
  'src-main/api/handlers.ts': "import '../engine/apply.ts'\nimport type {} from '../ports/ledger.ts'\n",
  'src-main/simulator/host.ts': "import '../ssh/connect.ts'\nimport '../runtimes/compose/protocol.ts'\n",
  'src-main/entry/assemble.ts':
    "import '../api/handlers.ts'\nimport '../simulator/host.ts'\nimport '../sync/pull.ts'\n",
  'src-main/entry/electron.ts': "import 'electron'\nimport './assemble.ts'\n",
  'src-renderer/components/badge.ts': "import '../../src-preload/contract/vocabulary.ts'\n",
  'src-renderer/views/home/home.ts': "import '../../components/badge.ts'\nimport './parts.ts'\n",
  'src-renderer/views/home/parts.ts': 'export const parts = 1\n',
  'src-renderer/views/inbox/inbox.ts': 'export const inbox = 1\n',
  'test/anything.test.ts':
    "import '../src-main/entry/assemble.ts'\nimport '../src-preload/bridge.ts'\nimport 'vitest'\n",
}

/** rule → a file that breaks it and the import with which it does */
const violations: [rule: string, file: string, imported: string][] = [
  ['contract-is-schemas-only', 'src-preload/contract/a.ts', 'node:crypto'],
  ['contract-is-schemas-only', 'src-preload/contract/a.ts', 'yaml'],
  ['contract-is-schemas-only', 'src-preload/contract/a.ts', '@orpc/server'],
  ['contract-is-schemas-only', 'src-preload/contract/a.ts', '../../src-main/lifecycle/table.ts'],
  ['bridge-hands-over-a-port', 'src-preload/bridge.ts', 'zod'],
  ['nothing-imports-bridge', 'src-main/entry/a.ts', '../../src-preload/bridge.ts'],
  ['renderer-speaks-contract', 'src-renderer/state/a.ts', '../../src-main/ports/ledger.ts'],
  ['renderer-is-sandboxed', 'src-renderer/state/a.ts', 'electron'],
  ['renderer-has-no-node', 'src-renderer/state/a.ts', 'node:fs'],
  ['views-are-strangers', 'src-renderer/views/home/a.ts', '../inbox/inbox.ts'],
  ['lifecycle-decides', 'src-main/lifecycle/a.ts', '../ports/ledger.ts'],
  ['lifecycle-does-no-io', 'src-main/lifecycle/a.ts', 'node:fs'],
  ['engine-speaks-to-ports', 'src-main/engine/a.ts', '../ledger/connect.ts'],
  ['engine-does-no-io', 'src-main/engine/a.ts', 'node:child_process'],
  ['decisions-use-pure-packages', 'src-main/engine/a.ts', 'pg'],
  ['decisions-use-pure-packages', 'src-main/lifecycle/a.ts', 'umzug'],
  ['ports-know-the-contract', 'src-main/ports/a.ts', '../lifecycle/table.ts'],
  ['runtimes-implements-ports', 'src-main/runtimes/a.ts', '../ledger/connect.ts'],
  ['ledger-implements-ports', 'src-main/ledger/a.ts', '../ssh/connect.ts'],
  ['cache-implements-ports', 'src-main/cache/a.ts', '../ledger/connect.ts'],
  ['environments-implements-ports', 'src-main/environments/a.ts', '../access/policy.ts'],
  ['access-implements-ports', 'src-main/access/a.ts', '../cache/mirror.ts'],
  ['sync-joins-ledger-and-cache', 'src-main/sync/a.ts', '../runtimes/compose/protocol.ts'],
  ['ssh-is-below-runtimes', 'src-main/ssh/a.ts', '../runtimes/compose/protocol.ts'],
  ['api-dispatches', 'src-main/api/a.ts', '../ledger/connect.ts'],
  ['entry-wires', 'src-main/entry/a.ts', '../../src-renderer/components/badge.ts'],
  ['nothing-imports-entry', 'src-main/api/a.ts', '../entry/assemble.ts'],
  ['simulator-speaks-protocols', 'src-main/simulator/a.ts', '../lifecycle/table.ts'],
  ['simulator-spawns-nothing', 'src-main/simulator/a.ts', 'node:child_process'],
  ['simulator-serves-entries', 'src-main/api/a.ts', '../simulator/host.ts'],
  ['known-folders-only', 'src-main/gadgets/a.ts', 'zod'],
  ['electron-in-its-entry', 'src-main/entry/loopback.ts', 'electron'],
  ['product-stands-alone', 'src-main/entry/a.ts', '../../test/anything.test.ts'],
  ['product-needs-dependencies', 'src-main/ledger/a.ts', 'fast-check'],
  ['imports-resolve', 'src-main/ledger/a.ts', './nowhere.ts'],
  ['no-circles', 'src-main/ledger/circle.ts', './turn.ts'],
]

async function rulesBroken(files: Record<string, string>): Promise<string[]> {
  await using tree = await plantTree(files)
  const { violations: found } = await checkImports(tree.root)
  return found.map(({ rule, from }) => `${rule} in ${from}`)
}

describe('the direction of imports', () => {
  test('a house built by the rules passes, and every module of it is seen', async () => {
    await using tree = await plantTree(houses)
    const { modules, violations: found } = await checkImports(tree.root)
    expect(found).toEqual([])
    const lintRules = 4
    expect(modules).toBe(Object.keys(houses).length + lintRules)
  })

  test.each(violations)('%s is broken by %s importing %s', async (rule, file, imported) => {
    const planted = {
      ...houses,
      'src-main/ledger/circle.ts': '',
      'src-main/ledger/turn.ts': "import './circle.ts'\n",
      [file]: `import '${imported}'\n`,
    }
    expect(await rulesBroken(planted)).toContain(`${rule} in ${file}`)
  })

  test.each(['import type {} from', 'export * from'])('%s counts as an import', async (words) => {
    const planted = { ...houses, 'src-main/lifecycle/a.ts': `${words} '../ports/ledger.ts'\n` }
    expect(await rulesBroken(planted)).toContain('lifecycle-decides in src-main/lifecycle/a.ts')
  })

  test('every rule has a planted violation', () => {
    const rules = new Set((configuration.forbidden ?? []).map(({ name }) => name))
    expect(new Set(violations.map(([rule]) => rule))).toEqual(rules)
  })
})
