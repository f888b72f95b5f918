import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Capabilities, Choice, Reply } from '../../../bot/channels/channel.js'
import { fit } from '../../../bot/channels/fit.js'
import { shorten, split } from '../../../bot/channels/split.js'
import { isWord } from '../../../bot/flow/words.js'
import { LANGUAGES, say, text, words } from '../../../locales/say.js'
import { check } from '../flow/walk.js'
import { CAPABILITIES, WIDE } from './capabilities.js'
import { anyText } from '../../any-text.js'

const choices = (count: number): Choice[] =>
  Array.from({ length: count }, (_, n) => ({ value: `v${n}`, label: words(`Lựa chọn ${n + 1}`), data: `3.${n}` }))
const WORDS: Choice[] = [
  { value: 'skip', label: words('Bỏ qua'), data: '3.90', role: 'skip' },
  { value: 'back', label: words('◀ Quay lại'), data: '3.91', role: 'back' },
  { value: 'cancel', label: words('✖ Huỷ'), data: '3.92', role: 'cancel' },
]
const asking = (some: Choice[], more: Partial<Reply> = {}): Reply => ({
  text: [words('Bác bán gì?'), words('Chọn một.')],
  question: 'register-lot.product',
  choices: some,
  prompt: true,
  ...more,
})
const only = (reply: Reply, can: Capabilities = WIDE) => {
  const parts = fit(reply, can, 'vi')
  expect(parts).toHaveLength(1)
  return parts[0]!
}

describe('choices', () => {
  test('all as buttons: short ones share a row, the words stand below the answers', () => {
    const part = only(asking([...choices(3), ...WORDS]))
    expect(part.text).toBe('Bác bán gì?\nChọn một.')
    expect(part.buttons!.map((row) => row.map(({ label }) => label))).toEqual([
      ['Lựa chọn 1', 'Lựa chọn 2'],
      ['Lựa chọn 3'],
      ['Bỏ qua', '◀ Quay lại'],
      ['✖ Huỷ'],
    ])
    expect(part.choices!.map(({ value, role }) => [value, role])).toEqual([
      ['v0', 'answer'],
      ['v1', 'answer'],
      ['v2', 'answer'],
      ['skip', 'skip'],
      ['back', 'back'],
      ['cancel', 'cancel'],
    ])
    expect(part.question).toBe('register-lot.product')
  })

  test('buttons that may fail to show: the numbered list and the words stand as well', () => {
    const can = { ...WIDE, buttons: { ...WIDE.buttons!, listedToo: true } }
    const part = only(asking([...choices(2), ...WORDS]), can)
    expect(part.buttons!.flat().length).toBe(2 + WORDS.length)
    const plain = only(asking([...choices(2), ...WORDS]), { ...WIDE, buttons: null })
    expect(part.text).toBe(plain.text)
    expect(part.text).toContain('1. ')
  })

  test('too few buttons: the answers are buttons, the rest are words that are understood', () => {
    const part = only(asking([...choices(5), ...WORDS]), CAPABILITIES.fewButtons)
    expect(part.buttons!.flat().map(({ data }) => data)).toEqual(['3.0', '3.1', '3.2', '3.3', '3.4'])
    expect(part.text).toBe('Bác bán gì?\nChọn một.\n\nGõ: BỎ QUA, QUAY LẠI, HUỶ')
    expect(part.choices).toHaveLength(8)
  })

  test('still too few, or none: a numbered list, with the words below', () => {
    for (const can of [CAPABILITIES.fewButtons!, CAPABILITIES.noButtons!]) {
      const part = only(asking([...choices(6), ...WORDS]), can)
      expect(part.buttons).toBeUndefined()
      expect(part.text).toContain('\n\n1. Lựa chọn 1\n2. Lựa chọn 2\n')
      expect(part.text).toContain('6. Lựa chọn 6\nGõ: BỎ QUA, QUAY LẠI, HUỶ')
    }
  })

  test('where a number is an answer itself, nothing is numbered', () => {
    const part = only(asking([...choices(2), ...WORDS], { numbersAnswer: true }), CAPABILITIES.noButtons)
    expect(part.text).toContain('• Lựa chọn 1\n• Lựa chọn 2\nGõ: ')
  })

  test('only words: buttons where there are any, else a line', () => {
    expect(only(asking(WORDS)).buttons!.flat()).toHaveLength(3)
    expect(only(asking(WORDS), CAPABILITIES.noButtons).text).toBe('Bác bán gì?\nChọn một.\n\nGõ: BỎ QUA, QUAY LẠI, HUỶ')
  })

  test('the words are the ones that always work, in each language', () => {
    for (const language of LANGUAGES) {
      for (const role of ['skip', 'help', 'back', 'cancel'] as const)
        expect(isWord(say(language, text(`fit.word.${role}`)))).toBe(role)
    }
  })

  test('a label that is too long is shortened; when two could not be told apart they are numbered in full', () => {
    const long = (end: string): Choice => ({ value: end, label: words(`Cam Cao Phong loại ${end}`), data: `1.${end}` })
    const one = only(asking([long('1'), { value: 'x', label: words('Khác'), data: '1.9' }]), CAPABILITIES.shortLabels)
    expect(one.buttons!.flat().map(({ label }) => label)).toEqual(['Cam Cao Pho…', 'Khác'])
    expect(one.choices![0]!.label).toBe('Cam Cao Phong loại 1')
    const two = only(asking([long('1'), long('2')]), CAPABILITIES.shortLabels)
    expect(two.buttons).toBeUndefined()
    expect(two.text).toContain('1. Cam Cao Phong loại 1\n2. Cam Cao Phong loại 2')
  })

  test('data that a button cannot carry, or no data, makes a list', () => {
    expect(only(asking([{ value: 'a', label: words('A'), data: 'x'.repeat(65) }])).text).toContain('1. A')
    expect(only(asking([{ value: 'a', label: words('A') }])).text).toContain('1. A')
  })

  test('a link is a button or a line, and is never numbered', () => {
    const link: Choice = { value: 'web', label: words('Xem trên web'), url: 'https://example.org/c/1' }
    expect(only(asking([link, ...choices(1)])).buttons!.flat()[0]).toEqual({
      label: 'Xem trên web',
      url: 'https://example.org/c/1',
    })
    const plain = only(asking([link, ...choices(2)]), CAPABILITIES.shortLabels)
    expect(plain.text).toContain('Xem trên web: https://example.org/c/1')
    expect(plain.buttons!.flat()).toHaveLength(2)
    const list = only(asking([link, ...choices(2)]), CAPABILITIES.noButtons)
    expect(list.text).toContain('1. Lựa chọn 1')
    expect(list.text).toContain('Xem trên web: https://example.org/c/1')
  })
})

describe('files', () => {
  const file = { key: 'a/b', mime: 'image/jpeg', name: 'tem.jpg' }
  test('one file carries a short text', () => {
    const part = only({ text: [words('Tem đây.')], files: [file], choices: choices(1) })
    expect(part).toMatchObject({ text: 'Tem đây.', files: [file] })
    expect(part.buttons).toHaveLength(1)
  })
  test('a long text, or several files: the text goes first, with the buttons', () => {
    const long = fit({ text: [words('x'.repeat(1025))], files: [file], choices: choices(1) }, WIDE, 'vi')
    expect(long.map(({ text, files, buttons }) => [text.length, files?.length, buttons?.length])).toEqual([
      [1025, undefined, 1],
      [0, 1, undefined],
    ])
    const several = fit({ text: [words('Hai tem.')], files: [file, file] }, WIDE, 'vi')
    expect(several.map(({ text, files }) => [text, files?.length])).toEqual([
      ['Hai tem.', undefined],
      ['', 2],
    ])
  })
  test('files alone', () => {
    expect(fit({ text: [], files: [file, file], pressId: 'p', question: 'q' }, WIDE, 'vi')).toEqual([
      { text: '', language: 'vi', files: [file, file], pressId: 'p', question: 'q' },
    ])
  })
  test('where files cannot go, they are named', () => {
    expect(only({ text: [words('Tem đây.')], files: [file] }, CAPABILITIES.wordsOnly).text).toBe(
      'Tem đây.\n\nKênh này không gửi được tệp: tem.jpg',
    )
  })
})

describe('parts', () => {
  test('the press is answered by the first, the question asked by the last with text', () => {
    const parts = fit(
      asking(choices(1), { text: [words('x '.repeat(3000))], pressId: 'p', wants: 'place' }),
      WIDE,
      'vi',
    )
    expect(parts.map(({ pressId, question, wants, choices }) => [pressId, question, wants, choices?.length])).toEqual([
      ['p', undefined, undefined, undefined],
      [undefined, 'register-lot.product', 'place', 1],
    ])
  })
  test('a channel without a button for it is not asked to show one', () => {
    expect(only(asking([], { wants: 'contact' }), CAPABILITIES.fewButtons).wants).toBeUndefined()
    expect(only(asking([], { wants: 'contact' })).wants).toBe('contact')
  })
  test('nothing to say is no part', () => expect(fit({ text: [words(' \n ')] }, WIDE, 'vi')).toEqual([]))
})

describe('cutting', () => {
  test('at a paragraph, else a line, a sentence, a word', () => {
    expect(split('aaaa bbbb.\n\ncccc dddd\neeee', 20)).toEqual(['aaaa bbbb.', 'cccc dddd\neeee'])
    expect(split('aaaa bbbb\ncccc dddd eeee', 16)).toEqual(['aaaa bbbb', 'cccc dddd eeee'])
    expect(split('Một hai ba. Bốn năm sáu bảy', 20)).toEqual(['Một hai ba.', 'Bốn năm sáu bảy'])
    expect(split('một hai ba bốn năm', 10)).toEqual(['một hai ba', 'bốn năm'])
    expect(split('a. bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 20)).toEqual(['a. bbbbbbbbbbbbbbbbb', 'bbbbbbbbbbbbb'])
  })
  test('never inside a letter', () => {
    const family = '👩‍👩‍👧‍👦'
    expect(split(family.repeat(3), 25)).toEqual([family.repeat(2), family])
    expect(split('e\u0323\u0302'.repeat(4), 8)).toEqual(['e\u0323\u0302'.repeat(2), 'e\u0323\u0302'.repeat(2)])
    expect(shorten(`${family}${family}`, 12)).toBe(`${family}…`)
    expect(split('🍊'.repeat(3), 3)).toEqual(['🍊', '🍊', '🍊'])
  })

  const anything = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    anyText({ maxLength: 400 }),
    fc
      .array(fc.constantFrom('cam ', 'Bưởi. ', '\n', '\n\n', '👩‍👩‍👧‍👦', 'ệ', 'x'.repeat(50), ' ', '\u202e', '*', '\u0000'), {
        maxLength: 60,
      })
      .map((parts) => parts.join('')),
  )
  const bare = (said: string) => said.replace(/\s/g, '')

  test('nothing is lost, nothing is too long, and no letter is cut that fits', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 12, max: 200 }), (said, max) => {
        const pieces = split(said, max)
        expect(bare(pieces.join(''))).toBe(bare(said))
        for (const piece of pieces) expect(piece.length > 0 && piece.length <= max).toBe(true)
        if (/\p{Surrogate}/u.test(said)) return
        for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u)
      }),
      { numRuns: 1000 },
    )
  })

  test('a text of 4096 of anything goes through every channel', () => {
    for (const said of [
      'x'.repeat(4096),
      '👩‍👩‍👧‍👦'.repeat(372),
      'a '.repeat(2048),
      '*_[`<&\\'.repeat(585),
      '\n'.repeat(4095) + 'x',
      '\u202e'.repeat(4096),
    ]) {
      for (const can of Object.values(CAPABILITIES))
        expect(
          bare(
            fit({ text: [words(said)] }, can, 'vi')
              .map(({ text }) => text)
              .join(''),
          ),
        ).toBe(bare(said))
    }
  })

  test('whatever is asked, on every channel and in every language: within limits, every choice to be reached, the first line the same', () => {
    const role = fc.constantFrom(
      undefined,
      'answer' as const,
      'skip' as const,
      'help' as const,
      'back' as const,
      'cancel' as const,
    )
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((said) => said.replace(/\s+/g, ' ').trim() || 'x')
    const offered = fc.uniqueArray(fc.record({ label: line, role }), { maxLength: 14, selector: ({ label }) => label })
    fc.assert(
      fc.property(line, fc.array(line, { maxLength: 6 }), offered, fc.boolean(), (first, more, some, numbersAnswer) => {
        const reply: Reply = {
          text: [first, ...more].map(words),
          choices: some.map(({ label, role }, n) => ({ value: `v${n}`, label: words(label), data: `1.${n}`, role })),
          numbersAnswer,
        }
        for (const can of Object.values(CAPABILITIES)) {
          // The first line may have to be cut only where it does not fit.
          expect(check(reply, can).filter((problem) => !problem.includes('unfilled'))).toEqual([])
          expect(fit(reply, can, 'vi')).toEqual(fit(reply, can, 'vi'))
        }
      }),
      { numRuns: 200 },
    )
  })
})
