// Words that say nothing about what is inside: a folder or file is named after a user's noun instead.
const emptyWords = new Set([
  'util',
  'utils',
  'utility',
  'utilities',
  'helper',
  'helpers',
  'common',
  'lib',
  'libs',
  'manager',
  'managers',
])

/**
 * The words of a path that say nothing about their content, in order, lower case.
 *
 * @param relativePath path from the repository's root, either separator
 */
export function emptyNames(relativePath: string): string[] {
  const words = relativePath
    .split(/[/\\._-]/)
    .flatMap((segment) => segment.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' '))
  return words.map((word) => word.toLowerCase()).filter((word) => emptyWords.has(word))
}
