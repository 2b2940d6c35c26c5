import { describe, expect, test } from 'vitest'
import { DocumentRefused, readDocument } from '../../src-main/simulator/document.ts'
import { ImageStore, imageOf } from '../../src-main/simulator/imageStore.ts'

const read = (services: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  readDocument(JSON.stringify({ services, ...rest }))
const one = (options: Record<string, unknown>) =>
  read({ web: { image: 'shop/web:1', ...options } }).services[0]

describe('a document as the simulated Compose reads it', () => {
  test('short and long forms say the same', () => {
    const short = one({
      ports: ['127.0.0.1:8080:80', '9000', '[::1]:7000:70/udp'],
      labels: ['a=1', 'b'],
      depends_on: [],
    })
    const long = one({
      ports: [
        { target: 80, published: '8080', host_ip: '127.0.0.1' },
        { target: 9000 },
        { target: 70, published: '7000', protocol: 'udp' },
      ],
      labels: { a: 1, b: null },
    })
    expect(short?.ports).toEqual([
      { target: '80/tcp', published: 8080 },
      { target: '9000/tcp', published: null },
      { target: '70/udp', published: 7000 },
    ])
    expect(long?.ports).toEqual(short?.ports)
    expect(short?.labels).toEqual({ a: '1', b: '' })
    expect(long?.labels).toEqual(short?.labels)
  })

  test('a doubled dollar sign is one', () => {
    expect(one({ labels: { price: '5 $$' } })?.labels).toEqual({ price: '5 $' })
  })

  test('restart, health check and replicas are read with their defaults', () => {
    expect(one({})).toMatchObject({ restart: { name: 'no' }, health: null, replicas: 1 })
    expect(one({ restart: 'on-failure:3' })?.restart).toEqual({ name: 'on-failure', retries: 3 })
    expect(one({ healthcheck: { test: 'true', interval: '1m30s', retries: 5 } })?.health).toEqual({
      interval: 90_000,
      retries: 5,
    })
    expect(one({ healthcheck: { test: ['NONE'] } })?.health).toBeNull()
    expect(one({ healthcheck: { disable: true } })?.health).toBeNull()
    expect(one({ deploy: { replicas: 3 } })?.replicas).toBe(3)
  })

  test('the config hash changes with what changes a container, and with nothing else', () => {
    const hash = (options: Record<string, unknown>) => one(options)?.configHash
    expect(hash({ environment: { A: '1', B: '2' } })).toBe(hash({ environment: { B: '2', A: '1' } }))
    expect(hash({ environment: { A: '1' } })).not.toBe(hash({ environment: { A: '2' } }))
    expect(hash({ scale: 2 })).toBe(hash({}))
  })

  test('services come after what they depend on', () => {
    const { services } = read({
      web: { image: 'a', depends_on: { api: { condition: 'service_healthy' } } },
      api: { image: 'b', depends_on: ['db'] },
      db: { image: 'c' },
    })
    expect(services.map(({ name }) => name)).toEqual(['db', 'api', 'web'])
    expect(services[2]?.dependsOn).toEqual([['api', 'service_healthy']])
  })

  test.each([
    ['a cycle', { a: { image: 'a', depends_on: ['b'] }, b: { image: 'b', depends_on: ['a'] } }, 'cycle'],
    ['a service that is not there', { a: { image: 'a', depends_on: ['b'] } }, 'undefined service "b"'],
    ['a service without an image', { a: { build: '.' } }, 'services.a.image'],
    [
      'a restart policy that is none',
      { a: { image: 'a', restart: 'often' } },
      'invalid restart policy: often',
    ],
    [
      'a duration that is none',
      { a: { image: 'a', healthcheck: { test: 'x', interval: 'soon' } } },
      'duration "soon"',
    ],
  ])('%s is refused', (_what, services, reason) => {
    expect(() => read(services)).toThrow(DocumentRefused)
    expect(() => read(services)).toThrow(reason)
  })

  test('what is no JSON is refused', () => {
    expect(() => readDocument('services: {}')).toThrow(DocumentRefused)
  })

  test('external networks and volumes are told by their real names', () => {
    const found = read(
      {},
      {
        networks: { front: { external: true, name: 'edge' }, back: null },
        volumes: { data: { external: true } },
      },
    )
    expect(found.external).toEqual([
      { kind: 'network', name: 'edge' },
      { kind: 'volume', name: 'data' },
    ])
  })
})

describe('images of the simulated world', () => {
  test('a tag, its digest, and both together are one image; another tag is another', () => {
    const tagged = imageOf('registry.test:5000/shop/web:1.5')
    expect(tagged.repo_digest).toMatch(/^registry\.test:5000\/shop\/web@sha256:[0-9a-f]{64}$/)
    expect(imageOf(tagged.repo_digest).id).toBe(tagged.id)
    expect(imageOf(`registry.test:5000/shop/web:1.5@${tagged.repo_digest.split('@')[1]}`)).toEqual(tagged)
    expect(imageOf('registry.test:5000/shop/web').name).toBe('registry.test:5000/shop/web:latest')
    expect(imageOf('registry.test:5000/shop/web:1.6').id).not.toBe(tagged.id)
  })

  test('a reference may be an id of an image that was seen; it keeps the name it was known by', () => {
    const store = new ImageStore(['shop/web:1.5'])
    const known = imageOf('shop/web:1.5')
    expect(store.find(known.id)?.name).toBe('shop/web:1.5')
    expect(store.find(known.repo_digest)?.name).toBe('shop/web:1.5')
    expect(store.find(`sha256:${'0'.repeat(64)}`)).toBeUndefined()
    expect(store.find('shop/web:1.6')).toBeUndefined()
    expect(store.offered('shop/web:1.6')?.name).toBe('shop/web:1.6')
    expect(store.offered('shop/web:1.6-missing')).toBeUndefined()
    store.remove(known)
    expect(store.find('shop/web:1.5')).toBeUndefined()
    expect(store.list()).toEqual([])
  })
})
