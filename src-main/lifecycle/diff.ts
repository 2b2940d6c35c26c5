import type { Diff, DocumentObject, ObjectChange } from '../../src-preload/contract/releases.ts'
import type { Message } from '../../src-preload/contract/vocabulary.ts'

type FieldChange = ObjectChange['fields'][number]

function keyOf(object: DocumentObject): string {
  return `${object.kind}\n${object.name}`
}

function fieldChanges(before: DocumentObject | undefined, after: DocumentObject | undefined): FieldChange[] {
  const secret = new Set([...(before?.secret_paths ?? []), ...(after?.secret_paths ?? [])])
  const paths = new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after?.fields ?? {})])
  return [...paths].sort().flatMap((path) => {
    const old = before?.fields[path] ?? null
    const fresh = after?.fields[path] ?? null
    if (old === fresh) return []
    const hidden = secret.has(path)
    return [{ path, before: hidden ? null : old, after: hidden ? null : fresh, secret: hidden }]
  })
}

function actionOf(
  before: DocumentObject | undefined,
  after: DocumentObject | undefined,
  fields: readonly FieldChange[],
): ObjectChange['action'] {
  if (before === undefined) return 'create'
  if (after === undefined) return 'delete'
  if (fields.length === 0) return 'unchanged'
  return before.kind === 'service' ? 'change' : 'replace'
}

function countsOf(objects: readonly ObjectChange[]): Diff['counts'] {
  const counts = { create: 0, change: 0, replace: 0, delete: 0, unchanged: 0 }
  for (const object of objects) counts[object.action] += 1
  return counts
}

function wordsOfChange(object: ObjectChange): Message[] {
  const image = object.fields.find((field) => field.path === 'image')
  const others = object.fields.filter((field) => field !== image && !field.secret)
  const secrets = object.fields.filter((field) => field.secret)
  const params = { kind: object.kind, name: object.name }
  const words: Message[] = []
  if (image !== undefined) {
    const change = { before: image.before ?? '–', after: image.after ?? '–' }
    words.push({ text: 'diff.image', params: { ...params, ...change } })
  }
  if (others.length > 0) {
    const paths = others.slice(0, 5).map((field) => field.path)
    const rest = others.length > paths.length ? ', …' : ''
    words.push({
      text: 'diff.fields',
      params: { ...params, count: others.length, paths: paths.join(', ') + rest },
    })
  }
  if (secrets.length > 0) words.push({ text: 'diff.secrets', params: { ...params, count: secrets.length } })
  return words
}

function wordsOf(objects: readonly ObjectChange[]): Message[] {
  const words = objects.flatMap((object): Message[] => {
    const params = { kind: object.kind, name: object.name }
    switch (object.action) {
      case 'unchanged':
        return []
      case 'create':
        return [{ text: 'diff.create', params }]
      case 'delete':
        return [{ text: 'diff.delete', params }]
      case 'replace':
        return [{ text: 'diff.replace', params }]
      case 'change':
        return wordsOfChange(object)
    }
  })
  return words.length > 0 ? words : [{ text: 'diff.nothing', params: {} }]
}

/**
 * The aggregate diff of two documents, objects in order of kind and name, with counts and the same in words. Secret
 * fields say that they changed; neither value is in the result.
 */
export function compareObjects(before: readonly DocumentObject[], after: readonly DocumentObject[]): Diff {
  const old = new Map(before.map((object) => [keyOf(object), object]))
  const fresh = new Map(after.map((object) => [keyOf(object), object]))
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  const objects = keys.map((key): ObjectChange => {
    const [was, is] = [old.get(key), fresh.get(key)]
    const fields = fieldChanges(was, is)
    const [kind = '', name = ''] = key.split('\n')
    return { kind, name, action: actionOf(was, is, fields), fields }
  })
  return { objects, counts: countsOf(objects), words: wordsOf(objects) }
}
