import { lifeOf } from './container.ts'
import type { Container } from './container.ts'
import type { Life } from './life.ts'

const never = '0001-01-01T00:00:00Z'

function instant(at: number | null): string {
  return at === null || !Number.isFinite(at) ? never : new Date(at).toISOString()
}

/** A container as one line of `ps`: the protocol's part of `docker inspect`, without a newline. */
export function inspectLine(container: Container, now: number): string {
  const life = lifeOf(container, now)
  return JSON.stringify({
    Id: container.id,
    Name: `/${container.name}`,
    Created: instant(container.created),
    Image: container.image.id,
    RestartCount: life.restarts,
    Config: { Image: container.reference, Labels: container.labels },
    State: stateOf(life),
    HostConfig: { RestartPolicy: restartPolicy(container) },
    NetworkSettings: { Ports: life.status === 'running' ? ports(container) : {} },
  })
}

function stateOf(life: Life): Record<string, unknown> {
  const runs = life.status === 'running' || life.status === 'restarting'
  return {
    Status: life.status,
    Running: runs,
    Paused: false,
    Restarting: life.status === 'restarting',
    OOMKilled: false,
    Dead: false,
    Pid: life.status === 'running' ? 1 : 0,
    ExitCode: life.exit_code,
    Error: '',
    StartedAt: instant(life.status === 'created' ? null : life.started),
    FinishedAt: instant(life.finished),
    ...(life.health === null ? {} : { Health: healthOf(life.health) }),
  }
}

function healthOf({ status, failing_streak, log }: NonNullable<Life['health']>): Record<string, unknown> {
  return {
    Status: status,
    FailingStreak: failing_streak,
    Log: log.map((probe) => ({
      Start: instant(probe.at),
      End: instant(probe.at),
      ExitCode: probe.exit_code,
      Output: probe.output,
    })),
  }
}

function restartPolicy({ restart }: Container): Record<string, unknown> {
  const bounded = restart.name === 'on-failure' && Number.isFinite(restart.retries)
  return { Name: restart.name, MaximumRetryCount: bounded ? restart.retries : 0 }
}

// A port that Docker would pick gets one that nobody can mistake for a real one: the simulated host has no network.
function ports(container: Container): Record<string, unknown> {
  const entries: [string, unknown][] = container.ports.map(({ target, published }) => [
    target,
    [{ HostIp: '0.0.0.0', HostPort: String(published ?? 0) }],
  ])
  return Object.fromEntries(entries)
}
