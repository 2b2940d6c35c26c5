import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { cruise } from 'dependency-cruiser'
import configuration from '../../.dependency-cruiser.js'

const folders = ['src-preload', 'src-main', 'src-renderer', 'script', 'test']

export interface ImportViolation {
  rule: string
  from: string
  to: string
}

/**
 * Checks the import direction of a tree.
 *
 * @param root absolute path of a repository or of a tree shaped like it
 * @returns how many TypeScript modules were seen (0 means that the tool can't read them, not that all is well)
 *   and what breaks which rule
 */
export async function checkImports(
  root: string,
): Promise<{ modules: number; violations: ImportViolation[] }> {
  const { output } = await cruise(
    folders.filter((folder) => existsSync(path.join(root, folder))),
    {
      ...configuration.options,
      ruleSet: { forbidden: configuration.forbidden ?? [] },
      validate: true,
      baseDir: root,
    },
  )
  if (typeof output === 'string')
    throw new TypeError('dependency-cruiser answered with text instead of a result')
  const violations = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
  const seen = output.modules.filter(
    ({ source }) => /^[^.].*\.tsx?$/.test(source) && !source.includes('node_modules/'),
  )
  return { modules: seen.length, violations }
}

if (import.meta.main) {
  const { modules, violations } = await checkImports(path.resolve(import.meta.dirname, '../..'))
  for (const { rule, from, to } of violations) process.stdout.write(`${rule}: ${from} → ${to}\n`)
  process.stdout.write(`${modules} modules, ${violations.length} imports against the rules\n`)
  if (modules === 0) process.stdout.write('No module was seen: the check itself is broken.\n')
  process.exitCode = modules === 0 || violations.length > 0 ? 1 : 0
}
