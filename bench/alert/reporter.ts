/** Somebody in the web chat who reports a shop: what they say, one thing after the other, each when the last was answered. */
import { Program } from '../../test/fakes/web/program.js'

export interface Report {
  nth: number
  /** Reports of one matter, the same kind at the same shop, are one case */
  matter: number
  /** The code on the shop's badge */
  badge: string
  kind: string
  /** As base64; without one the question about photos is skipped */
  photo?: string
}

/** In the reporter's words, so that an alert tells which report it follows from. */
const wordsOf = ({ matter, nth }: Report): string => `Mua sáng nay, không ăn được (việc ${matter}, lần ${nth})`
const WORDS = /việc (\d+), lần \d+/

/** Of an alert's text; undefined: it is of something else. */
export const matterIn = (text: string): number | undefined => {
  const found = WORDS.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

export class Reporter {
  private constructor(
    private readonly program: Program,
    private readonly report: Report,
  ) {}

  /** Each from a network address of their own, as a proxy in front of the house tells it. */
  static async open(houseUrl: string, report: Report): Promise<Reporter> {
    const address = [10, report.nth >> 16, (report.nth >> 8) & 255, report.nth & 255].join('.')
    return new Reporter(await Program.open(houseUrl, {}, { 'X-Forwarded-For': address }), report)
  }

  get matter(): number {
    return this.report.matter
  }

  /** From the badge's code to the review. */
  async toReview(): Promise<void> {
    const { badge, kind, photo } = this.report
    const card = await this.program.ask({ text: badge })
    await this.program.ask({ press: card.choices.find(({ value }) => value === 'report')?.data })
    await this.program.ask({ choice: kind })
    await this.program.ask({ text: wordsOf(this.report) })
    await this.program.ask({ choice: 'skip' })
    const review = await (photo ? this.#shows(Buffer.from(photo, 'base64')) : this.program.ask({ choice: 'skip' }))
    if (review.question !== 'report-violation.review') throw new Error(`no review, but: ${review.text}`)
  }

  /** Sends it, and waits for the receipt. */
  async send(): Promise<void> {
    const receipt = await this.program.ask({ choice: 'send' })
    if (!/HN-\d{4}-\d+/.test(receipt.text)) throw new Error(`no receipt, but: ${receipt.text}`)
  }

  leaves(): void {
    this.program.close()
  }

  async #shows(photo: Buffer<ArrayBuffer>) {
    const { status } = await this.program.upload(photo, 'image/jpeg')
    if (status !== 202) throw new Error(`the photo was refused: ${status}`)
    return this.program.next()
  }
}
