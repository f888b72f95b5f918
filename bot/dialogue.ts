/**
 * The brain behind `hear`: what was heard in one turn goes to a command, to the open talk, to a button's offer, or down the
 * consumer's road. Everything it says and remembers goes back to `hear`, which saves and sends it.
 */
import type { Actor } from '../domain/actor.js'
import { keepFile } from '../domain/files.js'
import { isInvitationCode } from '../domain/invitations.js'
import type { Outgoing } from '../domain/outbox.js'
import { withdraw } from '../domain/withdrawal.js'
import { text } from '../locales/say.js'
import { muteChat } from '../prisma/statements/talks.js'
import type { Tx } from '../prisma/tx.js'
import { readTyped } from '../qr/payload.js'
import { CASE_DEEDS, seeTyped } from './case-deeds.js'
import { openCases } from './commands/cases.js'
import { backAgain } from './commands/colleagues.js'
import { COMMANDS, commandIn } from './commands/index.js'
import { languageIn } from './commands/language.js'
import { commandLabelled } from './commands/menu.js'
import { welcome } from './commands/start.js'
import { CONSUMER_ACTS } from './consumer-acts.js'
import type { Said } from './flow/field.js'
import { isLabel, isWord, isYes } from './flow/words.js'
import type { Answer, Dialogue, Turn } from './hear/turn.js'
import type { Here, HouseFacts, Prepared, Saying } from './here.js'
import { join } from './join.js'
import { LABEL_ACTS } from './label-acts.js'
import { LOT_ACTS } from './lot-acts.js'
import { answerChosen, answerPhoto, answerTyped, offerCodes, readPhoto } from './look-up.js'
import { isOfferPress, newest, pressed, type OfferEntry } from './offers.js'
import { openTalk, playFlow, type Played } from './play-flow.js'

export function makeDialogue(facts: HouseFacts): Dialogue<Prepared, Outgoing> {
  const hereOf = (tx: Tx, turn: Turn<Prepared>): Here => {
    const { chat, inbound, prepared, state, now, seq } = turn
    const actor: Actor = {
      chatId: chat.id,
      personId: chat.personId,
      channel: chat.channel,
      now,
      language: chat.language ?? 'vi',
    }
    return { tx, actor, inbound, prepared, state, seq, pace: chat, facts }
  }
  return {
    async answer(tx, turn) {
      // What is said to a colleague is not for the bot; a further word of the colleague is, and that consent is taken back.
      if (turn.chat.muted && !HEEDED_WHILE_MUTED.has(turn.inbound.heard.kind)) return { state: turn.state, replies: [] }
      return said(await answer(hereOf(tx, turn)), turn)
    },
    apologise: (_tx, turn) => Promise.resolve(said({ replies: [{ text: [text('answer.apology')] }] }, turn)),
  }
}

const HEEDED_WHILE_MUTED: ReadonlySet<string> = new Set(['colleague', 'withdrew'])

/** What is not said of the state leaves it as it was. The pressed button is answered by the first message. */
function said({ replies, state }: Saying, turn: Turn<Prepared>): Answer<Outgoing> {
  const { heard } = turn.inbound
  const pressId = heard.kind === 'press' ? heard.pressId : undefined
  return {
    state: state === undefined ? turn.state : state,
    replies: replies.map((reply, index) => ({
      reply: index === 0 && pressId ? { ...reply, pressId } : reply,
      lane: 'reply',
    })),
  }
}

async function answer(here: Here): Promise<Saying> {
  const { heard } = here.inbound
  switch (heard.kind) {
    case 'left':
    case 'returned':
      return { replies: [] }
    case 'colleague':
      await here.tx.run(muteChat, [here.actor.chatId, here.facts.muteMs])
      return { replies: [] }
    case 'withdrew': {
      const { channel, address } = here.inbound
      await withdraw(here.tx, here.actor, { scanner: here.facts.scannerOf(channel, address) })
      return { state: null, replies: [] }
    }
    case 'stranger':
      return { replies: [{ text: [text('answer.stranger')] }] }
    case 'start':
      return (await begun(here, heard.payload)) ?? { replies: [] }
    case 'text': {
      const asked = commandIn(heard.text)
      if (asked) return runCommand(here, asked.command.name, asked.argument)
      break
    }
    case 'press':
      if (isOfferPress(heard.data)) return act(here, await pressed(here, heard.data))
      break
    default:
  }
  const talk = openTalk(here.state)
  if (talk) {
    const played = await playFlow(here, talk, await saidOf(here))
    return played.menu ? runCommand(here, 'menu', '') : withUnused(here, played)
  }
  return withoutTalk(here)
}

const CANCEL: Said = { kind: 'text', text: 'cancel' }

/** Photos that were kept for a talk that was cancelled: their codes may be looked up, and that the others are dropped is told. */
async function withUnused(here: Here, { unused = [], ...saying }: Played): Promise<Saying> {
  const photos = unused.filter((said) => said.kind === 'photo')
  const [last, ...before] = saying.replies.toReversed()
  if (photos.length === 0 || !last) return saying
  const codes = photos.map((photo) =>
    readPhoto(here, photo.codes).flatMap((one) => (one.kind === 'ours' ? [one.code] : [])),
  )
  const dropped = codes.filter((held) => held.length === 0).length
  const held = [...new Set(codes.flat())]
  const told = [
    ...(dropped > 0 ? [text('cancel.photos-dropped', { count: dropped })] : []),
    ...(held.length > 0 ? [text('cancel.codes-kept', { count: held.length })] : []),
  ]
  const choices = held.length > 0 ? { choices: offerCodes(here, held), question: 'check.choose' } : {}
  return { ...saying, replies: [...before.toReversed(), { ...last, text: [...last.text, ...told], ...choices }] }
}

const begun = (here: Here, payload = ''): Promise<Saying> => COMMANDS.get('start')!.run(here, payload)

/** `/cancel` in an open talk is the word that it hears; any other command leaves the talk as it is. */
function runCommand(here: Here, name: string, argument: string): Promise<Saying> {
  const talk = openTalk(here.state)
  if (talk && name === 'cancel') return playFlow(here, talk, CANCEL).then((played) => withUnused(here, played))
  return COMMANDS.get(name)!.run(here, argument)
}

/** What a button of a card, a menu, a receipt or a notice does; null: it is too old, or was never offered here. */
function act(here: Here, entry: OfferEntry | null): Promise<Saying> {
  const own = entry && (CONSUMER_ACTS.get(entry.action) ?? LABEL_ACTS.get(entry.action) ?? LOT_ACTS.get(entry.action))
  if (own) return own(here, entry.subject)
  switch (entry?.action) {
    case 'command':
      return entry.subject === 'language'
        ? runCommand(here, 'language', here.actor.language === 'vi' ? 'en' : 'vi')
        : runCommand(here, entry.subject, '')
    case 'language':
      return runCommand(here, 'language', entry.subject)
    case 'check':
      return answerChosen(here, entry.subject)
    case 'end-stand-in':
      return backAgain(here, Number(entry.subject))
    case 'cases-after':
      return openCases(here, Number(entry.subject)).then((page) => ({ replies: [page] }))
    default: {
      const deed = entry && CASE_DEEDS.get(entry.action)
      return deed ? deed(here, entry.subject) : Promise.resolve({ replies: [{ text: [text('answer.stale')] }] })
    }
  }
}

/** What was heard, as the open talk takes it; a file that came is kept for it. */
async function saidOf(here: Here): Promise<Said> {
  const { tx, actor, prepared } = here
  const { heard } = here.inbound
  switch (heard.kind) {
    case 'photo':
    case 'file': {
      if (!prepared?.file) {
        const why = prepared?.unusable && text(`check.refused.${prepared.unusable}`)
        return { kind: 'other', name: heard.kind, ...(why && { why }) }
      }
      const fileId = await keepFile(tx, actor, prepared.file)
      return { kind: 'photo', fileId, codes: prepared.codes, caption: heard.caption }
    }
    case 'place':
      return { kind: 'place', latitude: heard.latitude, longitude: heard.longitude }
    case 'contact':
      return { kind: 'contact', phone: heard.phone, own: heard.own }
    case 'text':
      return { kind: 'text', text: heard.text }
    case 'press':
      return { kind: 'press', data: heard.data }
    case 'choice':
      return { kind: 'choice', value: heard.value }
    default:
      return { kind: 'other', name: 'name' in heard ? heard.name : heard.kind }
  }
}

/** Nothing is open: the consumer's road. */
async function withoutTalk(here: Here): Promise<Saying> {
  const { heard } = here.inbound
  switch (heard.kind) {
    case 'photo':
    case 'file':
      return answerCodes(here, here.prepared)
    case 'text':
      return answerText(here, heard.text)
    case 'choice':
      return act(here, (await newest(here)).find(({ value }) => value === heard.value) ?? null)
    case 'press':
      return { replies: [{ text: [text('answer.stale')] }] }
    case 'place':
      return { replies: [{ text: [text('answer.place'), text('check.how')] }] }
    case 'contact':
      return { replies: [{ text: [text('answer.contact'), text('check.how')] }] }
    default:
      return { replies: [{ text: [text('answer.other')] }] }
  }
}

/** An invitation that was photographed is taken like one that was pasted, unless a label of ours is beside it. */
function answerCodes(here: Here, prepared: Prepared | null): Promise<Saying> {
  const said = readPhoto(here, prepared?.codes ?? [])
  const invitation = said.find((one) => one.kind === 'invitation')
  if (invitation && !said.some(({ kind }) => kind === 'ours')) return begun(here, invitation.payload)
  return answerPhoto(here, said, prepared)
}

const NUMBER = /^\s*(\d{1,2})[.)]?\s*$/

async function answerText(here: Here, typed: string): Promise<Saying> {
  const number = NUMBER.exec(typed)?.[1]
  if (number) return act(here, (await newest(here))[Number(number) - 1] ?? null)
  const word = isWord(typed)
  if (word === 'menu' || word === 'help' || word === 'cancel') return runCommand(here, word, '')
  const what = readTyped(typed, here.facts.own)
  if (what.kind === 'invitation') return begun(here, what.payload)
  const answered = (await seeTyped(here, typed)) ?? (await answerTyped(here, typed))
  if (answered) return answered
  if (isInvitationCode(typed)) return join(here, typed)
  const offered = await newest(here)
  if (isYes(typed)) {
    const [only, ...others] = offered
    if (only?.action === 'check' && others.length === 0) return act(here, only)
  }
  // What a button says may be typed as well, a menu's also where it has scrolled away.
  const language = languageIn(typed)
  if (language) return runCommand(here, 'language', language)
  const named = offered.find(({ label }) => label && isLabel(typed, label))
  if (named) return act(here, named)
  const labelled = commandLabelled(typed)
  if (labelled) return runCommand(here, labelled, '')
  // Whoever greets, or says something else at first contact, is told who this is.
  if (here.seq <= 1) return welcome(here)
  return { replies: [{ text: [text('answer.not-understood')] }] }
}
