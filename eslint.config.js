import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { awaitedEnforce } from './script/dev/lint/awaitedEnforce.ts'
import { exportedDocstring } from './script/dev/lint/exportedDocstring.ts'
import { plainNames } from './script/dev/lint/plainNames.ts'

const swallowed = [
  {
    selector: 'CatchClause > BlockStatement[body.length=0]',
    message: 'An empty catch hides failures: handle the one you expect and rethrow the rest.',
  },
  {
    selector:
      'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression > BlockStatement[body.length=0]',
    message: 'An empty catch hides failures: handle the one you expect and rethrow the rest.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of string literals: Node strips types, enums are code.',
  },
]

const bareErrors = [
  {
    selector: 'NewExpression[callee.name="Error"], CallExpression[callee.name="Error"]',
    message:
      'Throw a PilothouseError with a code of the closed set; for bugs, assertNever or a narrower type.',
  },
]

const runtimeExports = [
  {
    selector:
      ':matches(ExportNamedDeclaration, ExportDefaultDeclaration) > :matches(FunctionDeclaration, ClassDeclaration, VariableDeclaration)',
    message: 'Ports are types only: no code is exported from here.',
  },
]

const hiddenSkips = [
  {
    selector:
      'MemberExpression[object.name=/^(describe|test|it|suite)$/][property.name=/^(skip|only|todo|skipIf|runIf)$/]',
    message: 'A test is left out only through describeWith, which says why.',
  },
]

export default defineConfig(
  { ignores: ['node_modules/', '.cache/', 'coverage/', 'out/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: {
      pilothouse: {
        rules: {
          'awaited-enforce': awaitedEnforce,
          'exported-docstring': exportedDocstring,
          'plain-names': plainNames,
        },
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: false },
      ],
      'max-lines': ['error', { max: 400 }],
      // Terminal escapes are stripped from what hosts say; that takes control characters.
      'no-control-regex': 'off',
      'no-restricted-syntax': ['error', ...swallowed],
      'pilothouse/awaited-enforce': 'error',
      'pilothouse/plain-names': 'error',
    },
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['src-*/**/*.{ts,tsx}'],
    rules: { 'pilothouse/exported-docstring': 'error' },
  },
  {
    files: ['src-*/**/*.{ts,tsx}', 'script/**/*.{ts,js}'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src-main/{lifecycle,api}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...swallowed, ...bareErrors] },
  },
  {
    files: ['src-main/ports/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...swallowed, ...runtimeExports] },
  },
  {
    files: ['test/**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...swallowed, ...hiddenSkips] },
  },
  // Plain JavaScript is what runs before anything is installed, or configures a tool; tsc checks its JSDoc types.
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly' } },
  },
)
