/** Somebody who talks to the house through what their platform really does, whichever that is. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelName } from '../../bot/channels/channel.js'
import { anythingUnsent } from '../../prisma/statements/outbox-sweep.js'
import { statement } from '../../prisma/tx.js'
import type { Db } from '../../server/db.js'

/** One message of the house as it stands on the person's screen. */
export interface Seen {
  text: string
  /** Names of the files that came with it */
  files: string[]
}

/** What a person can do on a platform; each adapter does it as that platform's app does. */
export interface Hands {
  channel: ChannelName
  /** How the house calls the conversation */
  address: string
  starts(payload?: string): Promise<unknown>
  says(text: string): Promise<unknown>
  sends(photo: Buffer): Promise<unknown>
  /** Their place, by the platform's own means; undefined: it has none, people type where they are */
  shares?(latitude: number, longitude: number): Promise<unknown>
  /** Presses what is called so; undefined: there is nothing to press, or not this. */
  presses?(label: string): Promise<boolean>
  /** Everything that was shown so far, in order */
  screen(): Promise<Seen[]> | Seen[]
}

const chatState = statement<{ id: number; seq: number; undone: boolean }, [string, string]>(
  'parity_chat',
  `select c.id, c.last_seq as seq, exists (select from updates u where u.chat_id = c.id and u.done_at is null) as undone
   from chats c where c.channel = $1::channel and c.address = $2`,
)

const LOOK_MS = 30
const PATIENCE_MS = 60_000

export class Someone {
  /** Things done that the house is to hear of, one update each */
  #done = 0
  #read = 0

  constructor(
    readonly hands: Hands,
    private readonly db: Db,
  ) {}

  starts = (payload?: string) => this.#do(() => this.hands.starts(payload))
  says = (text: string) => this.#do(() => this.hands.says(text))
  sends = (photo: Buffer) => this.#do(() => this.hands.sends(photo))

  /** Where the platform has no means for it, they type where they are. */
  shares = (latitude: number, longitude: number) =>
    this.#do(() => this.hands.shares?.(latitude, longitude) ?? this.hands.says('phường Ba Đình'))

  /** By its button where there is one, else by typing what it is called. */
  chooses = (label: string) =>
    this.#do(async () => {
      if (!(await this.hands.presses?.(label))) await this.hands.says(label)
    })

  /** What comes without being asked. */
  async waits(): Promise<Seen[]> {
    await this.#settled()
    return this.#unread()
  }

  /** Does it, and waits until the house has answered: what was said is the answer. */
  async #do(deed: () => Promise<unknown>): Promise<Seen[]> {
    this.#done += 1
    await deed()
    await this.#settled()
    return this.#unread()
  }

  async #unread(): Promise<Seen[]> {
    const screen = await this.hands.screen()
    const answer = screen.slice(this.#read)
    this.#read = screen.length
    return answer
  }

  async #settled(): Promise<void> {
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      const [chat] = await this.db.run(chatState, [this.hands.channel, this.hands.address])
      if (chat && chat.seq >= this.#done && !chat.undone) {
        const [unsent] = await this.db.run(anythingUnsent, [chat.id])
        if (!unsent!.waits) return
      }
      if (Date.now() > until)
        throw new Error(
          `${this.hands.channel}: ${this.#done} things done, heard ${chat?.seq ?? 'nothing'}, not answered`,
        )
      await sleep(LOOK_MS)
    }
  }
}

/** The first line of an answer, which is the same on every channel. */
export const firstLine = (answer: Seen[]): string => answer[0]?.text.split('\n')[0] ?? ''
