/** Any text at all. fast-check's own `unit: 'binary'` first lists every code point there is: 1 to 4 s in each file that asks. */
import fc from 'fast-check'

const letter = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
)

/** Code points of all kinds, no half ones. */
export const anyText = ({ maxLength = 20 }: { maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.array(letter, { maxLength }).map((all) => String.fromCodePoint(...all))
