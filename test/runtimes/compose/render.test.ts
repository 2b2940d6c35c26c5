import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { fillSecrets } from '../../../src-main/runtimes/compose/fill.ts'
import { readDocument } from '../../../src-main/runtimes/compose/document.ts'
import { holdsToken } from '../../../src-main/runtimes/compose/tokens.ts'
import { failureOf, renderFiles, renderText, token } from './composeParts.ts'

const web = 'services:\n  web:\n    image: app:1.4\n'

describe('rendering a service', () => {
  it('gives canonical bytes, the images and what was noticed', async () => {
    const rendered = await renderFiles(
      {
        'compose.yaml':
          'name: x\nversion: "3"\nx-a: &a {image: "app:${V}"}\nservices:\n  web: {<<: *a, restart: always}\n',
      },
      { variables: { V: '1.4' } },
    )
    expect(Buffer.from(rendered.bytes).toString()).toBe(
      '{"services":{"web":{"image":"app:1.4","restart":"always"}}}',
    )
    expect(rendered.images).toEqual(['app:1.4'])
    expect(rendered.checks).toEqual([
      {
        key: 'no_healthcheck',
        severity: 'warning',
        message: { text: 'check.no_healthcheck', params: { service: 'web' } },
      },
    ])
  })

  it('tells Compose’s own variable for the project, from the target', async () => {
    const document = await renderText(`${web}    hostname: "\${COMPOSE_PROJECT_NAME}-web"\n`)
    expect(document.services['web']?.['hostname']).toBe('shop-web')
  })

  it('doubles every dollar sign that is left, so that the host takes it literally', async () => {
    const document = await renderText(`${web}    command: ["sh", "-c", "echo $$HOME $1 \${PRICE}"]\n`, {
      variables: { PRICE: '$5' },
    })
    expect(document.services['web']?.['command']).toEqual(['sh', '-c', 'echo $$HOME $$1 $$5'])
  })

  it('reads numbers as Compose does: a leading zero is octal, quoted texts stay texts', async () => {
    const document = await renderText(
      `${web}    user: "0123"\nconfigs:\n  c: {content: x, mode: 0444, n: 1_0}\n`,
    )
    expect(document['configs']).toEqual({ c: { content: 'x', mode: 0o444, n: '1_0' } })
    expect(document.services['web']?.['user']).toBe('0123')
  })

  it('keeps profiles, replicas, container names and fixed ports', async () => {
    const more =
      '    profiles: [debug]\n    container_name: w\n    ports: ["80:8080"]\n    deploy: {replicas: 2}\n'
    expect((await renderText(web + more)).services['web']).toEqual({
      image: 'app:1.4',
      profiles: ['debug'],
      container_name: 'w',
      ports: ['80:8080'],
      deploy: { replicas: 2 },
    })
  })

  it('gives the same bytes whatever the order of keys', async () => {
    const entries = fc.uniqueArray(
      fc.tuple(fc.constantFrom('hostname', 'user', 'working_dir', 'domainname', 'stop_signal'), fc.string()),
      { selector: ([key]) => key },
    )
    await fc.assert(
      fc.asyncProperty(entries, async (pairs) => {
        const options = pairs.map(([key, value]) => [key, value.replaceAll('$', '$$$$')] as const)
        const written = [options, options.toReversed()].map((some) =>
          stringify({ services: { web: { image: 'a:1', ...Object.fromEntries(some) } } }),
        )
        const [one, two] = await Promise.all(written.map((text) => renderFiles({ 'compose.yaml': text })))
        expect(one?.bytes).toEqual(two?.bytes)
        for (const [key, value] of pairs) {
          const read = one === undefined ? undefined : readDocument(one.bytes).services['web']?.[key]
          expect(read).toBe(value.replaceAll('$', '$$$$'))
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('secret variables', () => {
  const sealed = { PASSWORD: token('PASSWORD') }

  it('stand in environment and config content as tokens, also inside longer texts and defaults', async () => {
    const document = await renderText(
      `${web}    environment:\n      URL: "db://u:\${PASSWORD}@db"\n      P: "\${OTHER:-\${PASSWORD}}"\n` +
        'configs:\n  c: {content: "p=${PASSWORD:?needed}"}\n',
      { sealed },
    )
    expect(document.services['web']?.['environment']).toEqual({
      URL: `db://u:${token('PASSWORD')}@db`,
      P: token('PASSWORD'),
    })
    expect(document['configs']).toEqual({ c: { content: `p=${token('PASSWORD')}` } })
  })

  it.each([
    ['command', '    command: run --password ${PASSWORD}\n'],
    ['command[1]', '    command: [run, "${PASSWORD}"]\n'],
    ['entrypoint', '    entrypoint: run ${PASSWORD}\n'],
    ['labels.secret', '    labels: {secret: "${PASSWORD}"}\n'],
    ['labels[0]', '    labels: ["secret=${PASSWORD}"]\n'],
    ['healthcheck.test', '    healthcheck: {test: "curl -u me:${PASSWORD} localhost"}\n'],
    ['hostname', '    hostname: ${PASSWORD}\n'],
  ])('are refused in %s, where others could read them', async (path, more) => {
    const failure = await failureOf(() => renderText(web + more, { sealed }))
    expect(failure.code).toBe('render_failed')
    expect(failure.hint).toBe('hint.render_failed.secret_visible')
    expect(failure.data).toMatchObject({ path: `services.web.${path}` })
  })

  it('are refused as the name of a variable, where they could not be replaced', async () => {
    const failure = await failureOf(() =>
      renderText(`${web}    environment: ["\${PASSWORD}=1"]\n`, { sealed }),
    )
    expect(failure.hint).toBe('hint.render_failed.secret_visible')
  })

  it('are refused where a token was written by hand for something that is not sealed here', async () => {
    const written = `${web}    environment: {A: "${token('OTHER')}"}\n`
    const failure = await failureOf(() => renderText(written, { sealed }))
    expect(failure.data).toMatchObject({ problem: 'a sealed value that is none of this release' })
    const part = await failureOf(() => renderText(`${web}    environment: {A: "pilothouse-sealed:x"}\n`))
    expect(part.data).toMatchObject({ problem: 'a sealed value that is none of this release' })
  })

  it('leave no token behind once filled, and exactly their value, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ unit: 'grapheme' }), async (around, secret) => {
        const text = stringify({
          services: {
            web: { image: 'a:1', environment: { V: `${around.replaceAll('$', '$$$$')}\${PASSWORD}` } },
          },
        })
        const rendered = await renderFiles({ 'compose.yaml': text }, { sealed })
        const filled = fillSecrets(rendered.bytes, new Map([[token('PASSWORD'), secret]]))
        const environment = readDocument(filled).services['web']?.['environment']
        const expected = `${around}${secret}`
        expect(environment).toEqual({ V: expected.replaceAll('$', '$$$$') })
        expect(holdsToken(Buffer.from(filled).toString())).toBe(holdsToken(expected))
      }),
      { numRuns: 60 },
    )
  })
})

describe('variables of a service', () => {
  it('that are missing are named all together, in the file, its env files and its pass-through names', async () => {
    const failure = await failureOf(() =>
      renderFiles({
        'compose.yaml':
          'services:\n  web:\n    image: "app:${V}"\n    env_file: a.env\n    environment: [PASSED]\n',
        'a.env': 'X=${FROM_FILE}\n',
      }),
    )
    expect(failure.code).toBe('variable_missing')
    expect(failure.data).toMatchObject({ variables: ['FROM_FILE', 'PASSED', 'V'] })
  })

  it('pass through to a container only from the release, never from a shell', async () => {
    const document = await renderText(`${web}    environment: {HOME: null, A: 1, B: true}\n`, {
      variables: { HOME: '/srv' },
    })
    expect(document.services['web']?.['environment']).toEqual({ HOME: '/srv', A: '1', B: 'true' })
  })
})

describe('env files and files of configs', () => {
  it('are inlined: later files win over earlier ones, environment wins over all', async () => {
    const rendered = await renderFiles(
      {
        'compose.yaml':
          'services:\n  web:\n    image: app:1.4\n    env_file:\n      - a.env\n      - {path: sub/b.env, required: true}\n' +
          '      - {path: none.env, required: false}\n    environment:\n      - C=own\nconfigs:\n  c: {file: ./c.txt}\n' +
          '  v: {environment: FROM}\n',
        'a.env': 'A=1\nB=1\nC=1\n',
        'sub/b.env': 'B="2 ${V}"\n',
        'c.txt': 'costs $5 ${NOT}\n',
      },
      { variables: { V: '3', FROM: 'variable' } },
    )
    const document = readDocument(rendered.bytes)
    expect(document.services['web']).toEqual({
      image: 'app:1.4',
      environment: { A: '1', B: '2 3', C: 'own' },
    })
    expect(document['configs']).toEqual({ c: { content: 'costs $$5 $${NOT}\n' }, v: { content: 'variable' } })
    expect(
      rendered.checks.filter(({ key }) => key === 'env_file_inlined').map(({ message }) => message.params),
    ).toEqual([
      { service: 'web', file: 'a.env' },
      { service: 'web', file: 'sub/b.env' },
    ])
  })

  it('are found from the folder of the Compose file, up to the source and no further', async () => {
    const files = { 'deploy/compose.yaml': `${web}    env_file: ../a.env\n`, 'a.env': 'A=1\n' }
    const rendered = await renderFiles(files, {}, 'deploy/compose.yaml')
    expect(readDocument(rendered.bytes).services['web']?.['environment']).toEqual({ A: '1' })
    const outside = await failureOf(() =>
      renderFiles({ 'deploy/compose.yaml': `${web}    env_file: ../../a.env\n` }, {}, 'deploy/compose.yaml'),
    )
    expect(outside.hint).toBe('hint.render_failed.outside')
  })

  it('that are not there are said, unless they need not be', async () => {
    const failure = await failureOf(() => renderText(`${web}    env_file: gone.env\n`))
    expect(failure.data).toMatchObject({
      path: 'services.web.env_file[0]',
      problem: 'there is no file gone.env',
    })
  })

  it('that Compose would read by itself are not read, and that is said', async () => {
    const rendered = await renderFiles({ 'compose.yaml': web, '.env': 'A=1', 'compose.override.yaml': web })
    expect(
      rendered.checks.filter(({ key }) => key === 'file_ignored').map(({ message }) => message.params),
    ).toEqual([{ file: '.env' }, { file: 'compose.override.yaml' }])
  })
})

describe('what a release can not hold', () => {
  it.each([
    ['services.web.build', 'hint.render_failed.build', `${web}    build: .\n`],
    ['services.web.image', 'hint.render_failed.build', 'services:\n  web: {command: x}\n'],
    ['services.web.image', 'hint.render_failed.at', 'services:\n  web: {image: "--help"}\n'],
    ['include', 'hint.render_failed.include', `include: [other.yaml]\n${web}`],
    ['models', 'hint.render_failed.at', `${web}models: {m: {}}\n`],
    ['services.web.extends', 'hint.render_failed.extends', `${web}    extends: {file: b.yaml, service: b}\n`],
    ['services.web.extends', 'hint.render_failed.extends', `${web}    extends: gone\n`],
    ['services.web.provider', 'hint.render_failed.provider', `${web}    provider: {type: x}\n`],
    ['services.web.label_file', 'hint.render_failed.outside', `${web}    label_file: l\n`],
    ['services.web.pull_policy', 'hint.render_failed.build', `${web}    pull_policy: build\n`],
    [
      'services.web.volumes[1]',
      'hint.render_failed.relative_bind',
      `${web}    volumes: ["d:/d", "./x:/x"]\n`,
    ],
    ['services.web.volumes[0]', 'hint.render_failed.relative_bind', `${web}    volumes: ["~/x:/x"]\n`],
    [
      'services.web.volumes[0]',
      'hint.render_failed.relative_bind',
      `${web}    volumes: [{type: bind, source: x, target: /x}]\n`,
    ],
    ['secrets.s.file', 'hint.render_failed.secret_file', `${web}secrets: {s: {file: ./s}}\n`],
    ['secrets.s.environment', 'hint.render_failed.secret_file', `${web}secrets: {s: {environment: S}}\n`],
  ])('%s is refused with its own hint (%s)', async (path, hint, text) => {
    const failure = await failureOf(() => renderText(text))
    expect([failure.code, failure.data, failure.hint]).toEqual([
      'render_failed',
      expect.objectContaining({ path, place: path }),
      hint,
    ])
  })

  it('is listed completely', async () => {
    const failure = await failureOf(() =>
      renderText(`${web}    build: .\n    volumes: ["./a:/a", "./b:/b"]\n`),
    )
    expect(failure.data).toMatchObject({
      problems: [
        { place: 'services.web.build' },
        { place: 'services.web.volumes[0]' },
        { place: 'services.web.volumes[1]' },
      ],
    })
  })

  it('does not include a service that another one in the same file extends', async () => {
    const document = await renderText(`${web}  base: {extends: web, hostname: b}\n`)
    expect(document.services['base']).toEqual({ extends: 'web', hostname: 'b' })
  })
})

describe('documents that are no documents', () => {
  it.each([
    ['a list', '- a\n', 'not a mapping'],
    ['nothing', '', 'not a mapping'],
    ['services that are a list', 'services: [a]\n', 'not a mapping of services'],
    ['no service', 'services: {}\n', 'no service'],
    ['a service that is a text', 'services: {web: x}\n', 'not a mapping'],
    ['a service with an odd name', 'services: {"a b": {image: x}}\n', 'not a name for a service'],
  ])('are refused: %s', async (_, text, problem) => {
    const failure = await failureOf(() => renderText(text))
    expect([failure.code, failure.data]).toEqual(['render_failed', expect.objectContaining({ problem })])
  })

  it('are refused above the cap, with their size', async () => {
    const files: Record<string, string> = { 'compose.yaml': `${web}configs:\n` }
    for (let index = 0; index < 5; index += 1) {
      files['compose.yaml'] += `  c${index}: {file: f${index}}\n`
      files[`f${index}`] = 'x'.repeat(1024 * 1024)
    }
    const failure = await failureOf(() => renderFiles(files))
    expect(failure.code).toBe('document_too_large')
    expect(failure.data).toMatchObject({ cap: 4 * 1024 * 1024 })
  })

  it('are refused where the place does not allow what they ask of the host', async () => {
    const failure = await failureOf(() => renderText(`${web}    privileged: true\n`))
    expect(failure.code).toBe('compose_unsafe')
    expect(failure.data).toMatchObject({ summary: 'web: privileged', allow: 'privileged' })
  })
})
