/**
 * A Reply, put into a language and fitted to what a channel can do: choices become buttons, words or a numbered list, and a
 * long text becomes several. Nothing is lost, and the first line is the same everywhere.
 */
import { say, text, type Language } from '../../locales/say.js'
import type { Capabilities, Choice, FileOut, Part, Reply } from './channel.js'
import { shorten, split } from './split.js'

type Told = NonNullable<Part['choices']>[number]
type Button = NonNullable<Part['buttons']>[number][number]

/** How choices are shown: as buttons, and as lines below the text. */
interface Layout {
  buttons: { role: Told['role']; button: Button }[]
  lines: string[]
}

/** Two buttons share a row when each has at most so many letters: longer labels are cut on a narrow phone. */
const SHARED_ROW_LABEL_MAX = 16

/** Each Part is one call to the platform, but for the files of a Part, which the adapter may have to send one by one. */
export function fit(reply: Reply, can: Capabilities, language: Language): Part[] {
  const choices = (reply.choices ?? []).map((choice) => told(choice, language))
  const { buttons, lines } = layOut(choices, reply.numbersAnswer ?? false, can, language)
  const files = can.filesMaxBytes > 0 ? (reply.files ?? []) : []
  if (files.length === 0 && reply.files?.length) lines.unshift(unsent(reply.files, language))

  const body = reply.text.map((paragraph) => say(language, paragraph)).join('\n')
  const whole = [body, lines.join('\n')].filter((block) => block.trim() !== '').join('\n\n')
  const parts: Part[] = split(whole, can.textMax).map((one) => ({ text: one, language }))
  const isCaption = files.length === 1 && parts.length === 1 && whole.length <= can.captionMax
  if (isCaption) parts[0]!.files = files
  const asking = parts.at(-1)
  if (files.length > 0 && !isCaption) parts.push({ text: '', language, files })

  const [first, last] = [parts[0], asking ?? parts[0]]
  if (!first || !last) return []
  if (reply.question !== undefined) last.question = reply.question
  if (choices.length > 0) last.choices = choices
  if (buttons.length > 0) last.buttons = rows(buttons)
  if (asksNatively(reply.wants, can)) last.wants = reply.wants
  if (reply.pressId !== undefined) first.pressId = reply.pressId
  if (reply.menuOf !== undefined) last.menuOf = reply.menuOf
  return parts
}

const told = ({ value, label, data, url, role = 'answer' }: Choice, language: Language): Told => ({
  value,
  label: say(language, label),
  ...(data !== undefined && { data }),
  ...(url !== undefined && { url }),
  role,
})

const unsent = (files: FileOut[], language: Language): string =>
  say(language, text('fit.files', { names: { list: files.map(({ name }) => name) } }))

const asksNatively = (wants: Reply['wants'], can: Capabilities): boolean =>
  (wants === 'place' && can.asksPlace) || (wants === 'contact' && can.asksContact)

/** All as buttons; else the answers as buttons and the rest as words; else the answers as a list in the text. */
function layOut(choices: Told[], numbersAnswer: boolean, can: Capabilities, language: Language): Layout {
  const links = choices.filter((choice) => choice.url !== undefined)
  const answers = choices.filter((choice) => choice.url === undefined && choice.role === 'answer')
  const others = choices.filter((choice) => choice.url === undefined && choice.role !== 'answer')
  const pressable = can.linkButtons && can.buttons ? links : []
  const linkLines = (shown: Told[]): string[] =>
    links.filter((link) => !shown.includes(link)).map(({ label, url }) => `${label}: ${url}`)
  const inOrder = (some: Told[]): Told[] => choices.filter((choice) => some.includes(choice))

  const list = answers.map(({ label }, index) => (numbersAnswer ? `• ${label}` : `${index + 1}. ${label}`))
  const listed = [...list, ...linkLines([]), ...asWords(others, language)]
  const all = asButtons(inOrder([...answers, ...pressable, ...others]), can)
  if (all && can.buttons?.listedToo) return { buttons: all, lines: listed }
  if (all) return { buttons: all, lines: linkLines(pressable) }
  const some = asButtons(inOrder([...answers, ...pressable]), can)
  if (some && can.buttons?.listedToo) return { buttons: some, lines: listed }
  if (some) return { buttons: some, lines: [...linkLines(pressable), ...asWords(others, language)] }
  return { buttons: [], lines: listed }
}

/** Null: the channel has not enough buttons, or they could not be told apart. */
function asButtons(choices: Told[], { buttons: can }: Capabilities): Layout['buttons'] | null {
  if (choices.length === 0) return []
  if (!can || choices.length > can.max) return null
  const labels = choices.map(({ label }) => shorten(label, can.labelMax))
  if (new Set(labels).size < new Set(choices.map(({ label }) => label)).size) return null
  const buttons: Layout['buttons'] = []
  for (const [index, { role, data, url }] of choices.entries()) {
    const label = labels[index]!
    if (url !== undefined) buttons.push({ role, button: { label, url } })
    else if (data !== undefined && Buffer.byteLength(data) <= can.dataMaxBytes)
      buttons.push({ role, button: { label, data } })
    else return null
  }
  return buttons
}

/** The words that always work, for the choices that have no button: "Gõ: BỎ QUA, HUỶ". */
function asWords(choices: Told[], language: Language): string[] {
  const roles = ['skip', 'help', 'back', 'cancel'] as const
  const said = roles.filter((role) => choices.some((choice) => choice.role === role))
  if (said.length === 0) return []
  return [say(language, text('fit.say', { words: { list: said.map((role) => text(`fit.word.${role}`)) } }))]
}

/** In order; short ones two in a row; skip, help, back and cancel below the answers. */
function rows(buttons: Layout['buttons']): Button[][] {
  const rows: { isWord: boolean; isShort: boolean; row: Button[] }[] = []
  for (const { role, button } of buttons) {
    const isWord = role !== 'answer'
    const isShort = button.label.length <= SHARED_ROW_LABEL_MAX
    const last = rows.at(-1)
    if (last && last.row.length === 1 && last.isShort && isShort && last.isWord === isWord) last.row.push(button)
    else rows.push({ isWord, isShort, row: [button] })
  }
  return rows.map(({ row }) => row)
}
