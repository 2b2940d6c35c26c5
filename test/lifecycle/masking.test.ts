import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMask } from '../../src-main/lifecycle/masking.ts'

it('hides a secret as it is, in base64, hex, URL and JSON form', () => {
  const secret = 'p"ss word/1'
  const forms = [
    secret,
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret),
  ]
  expect(createMask([secret])(forms.join(' | '))).toBe('•••••• | •••••• | •••••• | •••••• | "••••••"')
})

it('hides each line of a key that has several', () => {
  const masked = createMask(['-----BEGIN-----\nMIIB1234\n-----END-----'])('error near MIIB1234')
  expect(masked).toBe('error near ••••••')
})

it('hides the longer of two values that overlap', () => {
  expect(createMask(['secret', 'secret-longer'])('secret-longer')).toBe('••••••')
})

it('strips terminal escapes', () => {
  expect(createMask([])('\u001b[31mred\u001b[0m')).toBe('red')
})

it('leaves no trace of a value wherever it stands', () => {
  const value = fc.string({ minLength: 6, maxLength: 30, unit: fc.constantFrom(...'abcXYZ019_-') })
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      expect(createMask([secret])(`${before} ${secret} ${after}`)).not.toContain(` ${secret} `)
    }),
  )
})
