const marks = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/gu

/**
 * Text from a ledger or a host as it is: control characters and marks that hide or reorder what people read are written
 * out, because an approver has to see what is there. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(marks, (mark) => {
    if (mark === '\n' || mark === '\t') return mark
    return `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`
  })
}
