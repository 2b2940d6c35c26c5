import { describe, expect, test } from 'vitest'
import { plantTree, repository } from './plantedTree.ts'
import { fileProblems, treeProblems } from './tree.ts'

const lines = (count: number): string => 'x\n'.repeat(count)

describe('names, sizes and exemptions', () => {
  test.each([
    ['src-main/utils/a.ts', 'utils'],
    ['src-main/engine/applyHelpers.ts', 'helpers'],
    ['src-main/common/a.ts', 'common'],
    ['script/lib/a.sh', 'lib'],
    ['src-main/engine/LeaseManager.ts', 'manager'],
    ['test/support/db-util.ts', 'util'],
  ])('%s says nothing of what it is about', (file, word) => {
    expect(fileProblems(file, '')).toEqual([`${file}: "${word}" says nothing`])
  })

  test.each([
    'src-main/ledger/library.ts',
    'src-main/commonality.ts',
    'migrations/ledger/0001-members.up.sql',
  ])('%s is a good name', (file) => {
    expect(fileProblems(file, '')).toEqual([])
  })

  test('400 lines of code are allowed, 401 are not', () => {
    expect(fileProblems('migrations/ledger/0001.up.sql', lines(400))).toEqual([])
    expect(fileProblems('migrations/ledger/0001.up.sql', lines(401))).toEqual([
      'migrations/ledger/0001.up.sql: 401 lines, 400 at most',
    ])
    expect(fileProblems('script/host/pilothouse-host', lines(401))).toHaveLength(1)
    expect(fileProblems('package-lock.json', lines(9000))).toEqual([])
  })

  test.each(['eslint-disable', 'eslint-disable-next-line no-empty', '@ts-ignore', '@ts-expect-error'])(
    'a comment that begins with %s exempts itself from a check',
    (words) => {
      expect(fileProblems('src-main/a.ts', `const a = 1 // ${words}\n`)).toEqual([
        'src-main/a.ts: exempts itself from a check',
      ])
      expect(fileProblems('src-main/a.ts', `/* ${words} */\n`)).toHaveLength(1)
    },
  )

  test('the top level holds only the folders of the house', () => {
    expect(fileProblems('tools/a.ts', '')).toEqual(['tools/a.ts: tools is no folder of the house'])
    expect(fileProblems('.github/workflows/release.yml', '')).toEqual([])
  })

  test('a planted tree is walked to its leaves', async () => {
    await using tree = await plantTree({
      'src-main/ledger/deep/utils.ts': '',
      'src-main/long.ts': lines(401),
    })
    expect(await treeProblems(tree.root)).toEqual([
      'src-main/ledger/deep/utils.ts: "utils" says nothing',
      'src-main/long.ts: 401 lines, 400 at most',
    ])
  })

  test('the repository follows these rules', async () => {
    expect(await treeProblems(repository)).toEqual([])
  })
})
