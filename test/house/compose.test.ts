import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dockerConfigWithComposeV2 } from '../support/composeV2.ts'
import { dockerEngine, importBusybox } from '../support/docker.ts'
import type { DockerEngine } from '../support/docker.ts'
import { describeWith } from '../support/parts.ts'

const run = promisify(execFile)
const versions = [
  { part: 'compose-v1', command: ['docker-compose'], says: /^1\.\d+\.\d+$/ },
  { part: 'compose-v2', command: ['docker', 'compose'], says: /^2\.\d+\.\d+/ },
] as const

for (const { part, command, says } of versions) {
  describeWith(['docker', 'busybox-static', part], `${part} on the Docker Engine of tests`, () => {
    const project = `house${randomBytes(4).toString('hex')}`
    const image = `pilothouse-test/${project}:1`
    let engine: DockerEngine
    let folder: string
    let config: Awaited<ReturnType<typeof dockerConfigWithComposeV2>> | undefined

    async function compose(...args: string[]): Promise<string> {
      const [program, ...before] = command
      const own = config === undefined ? {} : { DOCKER_CONFIG: config.folder }
      const env = { ...process.env, DOCKER_HOST: engine.address, ...own }
      return (await run(program, [...before, ...args], { cwd: folder, env })).stdout.trim()
    }

    beforeAll(async () => {
      engine = await dockerEngine()
      folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-compose-'))
      if (part === 'compose-v2') config = await dockerConfigWithComposeV2()
      await importBusybox(engine, image, { instructions: ['CMD ["sleep", "1000"]'] })
      const service = `image: ${image}\n    init: true\n    command: ["sh", "-c", "echo ready; sleep 1000"]`
      await writeFile(
        path.join(folder, 'docker-compose.yml'),
        `version: "3.7"\nservices:\n  web:\n    ${service}\n`,
      )
    })

    afterAll(async () => {
      await compose('--project-name', project, 'down', '--timeout', '1')
      await engine.docker('rmi', image)
      await config?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    test('it is the version that it is called', async () => {
      expect(await compose('version', '--short')).toMatch(says)
    })

    test('it brings a project up', async () => {
      await compose('--project-name', project, 'up', '--detach')
      const running = await engine.docker(
        'ps',
        '--filter',
        `label=com.docker.compose.project=${project}`,
        '--format',
        '{{.Label "com.docker.compose.service"}} {{.State}}',
      )
      expect(running).toBe('web running')
    })
  })
}
