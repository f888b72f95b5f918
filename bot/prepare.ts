/**
 * What is made of a message's file before its transaction: fetched from the channel, read for codes, and kept for the
 * open talk if it may want it. A consumer's photo of a label is read and forgotten.
 */
import type { StoredFile } from '../domain/files.js'
import { type KeptPicture, cleanPicture } from '../qr/clean-picture.js'
import { saidBy } from '../qr/parts.js'
import type { ReadOptions, ReadOutcome, ReadRefusal } from '../qr/read.js'
import { FileRefused, type Channel, type ChannelName, type FileRef, type Inbound } from './channels/channel.js'
import { gathersPhotos } from './flow/turn.js'
import type { Prepare } from './hear.js'
import type { Prepared, Unusable } from './here.js'
import type { OpenTalk } from './play-flow.js'

export interface PrepareTools {
  channels: ReadonlyMap<ChannelName, Channel>
  /** Reads a photo's codes in a thread of its own. */
  read(bytes: Uint8Array, options: ReadOptions): Promise<ReadOutcome>
  files: { put(bytes: Uint8Array, about: { mime: string }): Promise<{ key: string; sha256: string }> }
  /** The talk that is open in this chat, which may want the file; null: none is. */
  talkOf(chatId: number): Promise<OpenTalk | null>
  /** Told why a file was refused, in one of a few fixed words. */
  refused(why: FileRefused['why'] | ReadRefusal): void
}

type Kept = Extract<KeptPicture, { kind: 'kept' }>

const nothing = (unusable: Unusable): Prepared => ({ codes: [], file: null, unusable })

/** Null for a message without a file. Throws when fetching failed in a way that may pass. */
export function makePrepare({ channels, read, files, talkOf, refused }: PrepareTools): Prepare<Prepared | null> {
  return async (inbound, chatId, signal) => {
    const ref = fileOf(inbound)
    if (!ref) return null
    const bytes = await fetched(channels.get(inbound.channel), ref, signal)
    if (typeof bytes === 'string') return nothing(bytes)
    // Nothing said later in this chat is heard before this is: the talk stays where it is.
    const talk = await talkOf(chatId)
    const glance = talk !== null && gathersPhotos(talk.flow, talk.state)
    const [outcome, clean] = await Promise.all([
      read(bytes, { signal, glance, keep: talk !== null }),
      talk && cleanPicture(bytes),
    ])
    const kept = clean?.kind === 'kept' ? clean : outcome.kind === 'read' ? outcome.kept : undefined
    const file = talk && kept ? await keep(kept) : null
    if (outcome.kind === 'refused') {
      // A PDF is no picture, but kept for a talk that asks for papers.
      if (file === null) refused(outcome.why)
      return { ...nothing(UNUSABLE[outcome.why]), file }
    }
    return { codes: saidBy(outcome.codes), file, unusable: null, unread: outcome.unread }
  }

  async function fetched(channel: Channel | undefined, ref: FileRef, signal: AbortSignal): Promise<Buffer | Unusable> {
    if (!channel) return 'gone'
    try {
      return await channel.fetch(ref, signal)
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error
      refused(error.why)
      return error.why === 'too-large' ? 'too-large' : 'gone'
    }
  }

  async function keep({ kind: _, bytes, ...about }: Kept): Promise<StoredFile> {
    const { key, sha256 } = await files.put(bytes, about)
    return { key, sha256, bytes: bytes.byteLength, ...about }
  }
}

const fileOf = ({ heard }: Inbound): FileRef | null =>
  heard.kind === 'photo' || heard.kind === 'file' ? heard.file : null

/** What the person is told of a picture that the reader refused. */
const UNUSABLE: Record<ReadRefusal, Unusable> = {
  empty: 'not-a-picture',
  'too-many-bytes': 'too-large',
  'too-many-pixels': 'too-many-pixels',
  'not-a-picture': 'not-a-picture',
  'unsupported-format': 'other-format',
  animated: 'not-a-picture',
  damaged: 'not-a-picture',
  truncated: 'not-a-picture',
  deadline: 'slow',
  crashed: 'slow',
}
