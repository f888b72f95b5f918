/**
 * The dialogues that must come to the same on every channel. A script says what somebody does, and answers what it came to:
 * what was said first, and what is now true of food. Labels are those of the Vietnamese texts.
 */
import type { MembershipRole } from '../../prisma/generated/enums.js'
import { showCode } from '../../qr/codes.js'
import type { Scene } from '../soak/case-talks.js'
import { firstLine, type Seen, type Someone } from './someone.js'

/** What a script needs to know of the house it plays in. */
export interface Stage {
  codes: { valid: string; expired: string; recalled: string; soldOut: string; supplier: string }
  /** One letter of a code that was issued is wrong */
  misspelt: { typed: string; meant: string }
  /** In form, and never issued */
  unissued: string
  /** A picture that shows these texts as QR codes, as JPEG */
  photoOf(...texts: string[]): Promise<Buffer>
  /** The address on the label of this code */
  address(code: string): string
  invitation(role: MembershipRole): Promise<string>
  /** A shop in a ward of its own, and two more people on the same channel: to be its official, and of the shop */
  scene(): Promise<{ scene: Scene; people: [Someone, Someone] }>
  /** What this person did with cases, and how those stand */
  casesOf(someone: Someone): Promise<object[]>
  /** What is true of the lots that this person registered, newest first: words and numbers, no ids */
  lotsOf(someone: Someone): Promise<object[]>
  /** How often this person looked at which codes, and what they were told */
  looksOf(someone: Someone): Promise<object[]>
  languageOf(someone: Someone): Promise<string | null>
  /** What this person reported, as it is known: words and numbers, no ids */
  reportsOf(someone: Someone): Promise<object[]>
  /** A new lot of a shop of the demo; its code */
  freshLot(): Promise<string>
  /** The official in charge recalls it. */
  recall(code: string): Promise<void>
  rolesOf(someone: Someone): Promise<string[]>
}

export interface CameTo {
  /** What must be the same on every channel */
  same: unknown
  /** Messages with files that came: a platform may have no way to bring them */
  files?: number
}
export type Script = (someone: Someone, stage: Stage) => Promise<CameTo>

const files = (answer: Seen[]): number => answer.flatMap((seen) => seen.files).length
/** A lot's code is drawn by chance, and so is no part of what must be the same. */
const uncoded = (line: string): string =>
  line.replace(/[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}/g, 'CODE')
/** A case's number is drawn as well. */
const unnumbered = (line: string): string => line.replace(/HN-\d{4}-\d{6,}/g, 'NUMBER')
/** Of the lot that was registered; a talk that did not come so far is no talk to compare. */
function codeIn(answer: Seen[]): string {
  const code = /Đã ghi lô ([0-9A-Z-]+)/.exec(firstLine(answer))?.[1]?.replaceAll('-', '')
  if (code === undefined) throw new Error(`no lot was registered: ${JSON.stringify(answer)}`)
  return code
}

/** Sends a photo; once more, as people do, when the house was too busy to read it in time: that is no channel's doing. */
async function shows(someone: Someone, photo: Buffer): Promise<Seen[]> {
  const answer = await someone.sends(photo)
  return /đọc lâu quá/.test(answer[0]?.text ?? '') ? someone.sends(photo) : answer
}

/** Joined to a shop, at its work. */
async function joined(someone: Someone, stage: Stage, role: MembershipRole = 'owner'): Promise<string> {
  return firstLine(await someone.starts(await stage.invitation(role)))
}

async function register(someone: Someone, source: () => Promise<Seen[]>): Promise<Seen[]> {
  await someone.says('/register')
  await someone.says('Cam Canh')
  await someone.says('2 tạ rưỡi')
  await source()
  await someone.says('hôm nay')
  await someone.chooses('Bỏ qua')
  const receipt = await someone.chooses('Gửi')
  codeIn(receipt)
  return receipt
}

export const SCRIPTS: Record<string, Script> = {
  'first contact': async (someone) => ({ same: firstLine(await someone.starts()) }),

  'look up, typed': async (someone, { codes, looksOf }) => ({
    same: [firstLine(await someone.says(showCode(codes.valid).toLowerCase())), await looksOf(someone)],
  }),

  'look up, photo': async (someone, { codes, photoOf, address, looksOf }) => ({
    same: [firstLine(await shows(someone, await photoOf(address(codes.valid)))), await looksOf(someone)],
  }),

  'look up, link that was shared': async (someone, { codes, looksOf }) => ({
    same: [firstLine(await someone.starts(codes.valid)), await looksOf(someone)],
  }),

  'expired, recalled, sold out, unknown': async (someone, { codes, unissued }) => {
    const lines: string[] = []
    for (const code of [codes.expired, codes.recalled, codes.soldOut, unissued])
      lines.push(firstLine(await someone.says(code)))
    return { same: lines }
  },

  'mistyped: the one that was meant': async (someone, { misspelt, looksOf }) => ({
    same: [
      firstLine(await someone.says(misspelt.typed)),
      firstLine(await someone.chooses(showCode(misspelt.meant))),
      await looksOf(someone),
    ],
  }),

  'two codes in a photo': async (someone, { codes, photoOf, address, looksOf }) => ({
    same: [
      firstLine(await shows(someone, await photoOf(address(codes.valid), address(codes.expired)))),
      firstLine(await someone.chooses(showCode(codes.expired))),
      await looksOf(someone),
    ],
  }),

  'two codes typed in one message': async (someone, { codes, looksOf }) => ({
    same: [
      firstLine(await someone.says(`${showCode(codes.valid)} và ${showCode(codes.expired)}`)),
      firstLine(await someone.chooses(showCode(codes.expired))),
      await looksOf(someone),
    ],
  }),

  "the number on a shop's sign": async (someone, { looksOf }) => ({
    same: [firstLine(await someone.says('bd-0001')), await looksOf(someone)],
  }),

  'a photo without a code': async (someone, { photoOf }) => ({
    same: firstLine(await shows(someone, await photoOf())),
  }),

  'a place that nobody asked for': async (someone) => ({ same: firstLine(await someone.shares(21.0363, 105.8342)) }),

  'English chosen': async (someone, { languageOf }) => ({
    same: [
      firstLine(await someone.says('/language')),
      firstLine(await someone.chooses('English')),
      firstLine(await someone.says('/help')),
      await languageOf(someone),
    ],
  }),

  'join a shop, register a lot, its label': async (someone, stage) => {
    const welcome = await joined(someone, stage, 'staff')
    const receipt = await register(someone, () => someone.says(showCode(stage.codes.supplier)))
    const card = await someone.says(codeIn(receipt))
    const said = [welcome, uncoded(firstLine(receipt)), uncoded(firstLine(card))]
    return { same: [said, await stage.rolesOf(someone), await stage.lotsOf(someone)], files: files(receipt) }
  },

  'supplier photographed, mistake corrected, sold out': async (someone, stage) => {
    await joined(someone, stage)
    const photo = await stage.photoOf(stage.address(stage.codes.supplier))
    const code = codeIn(await register(someone, () => shows(someone, photo)))
    await someone.says('/lots')
    await someone.says(showCode(code))
    await someone.chooses('Sửa')
    await someone.chooses('Số lượng')
    const corrected = await someone.says('17,5 kg')
    await someone.says('/lots')
    await someone.says(showCode(code))
    const sold = await someone.chooses('Đã bán hết')
    return { same: [uncoded(firstLine(corrected)), uncoded(firstLine(sold)), await stage.lotsOf(someone)] }
  },

  'a case, from the report with a photo to the stars': async (reporter, stage) => {
    const { scene, people } = await stage.scene()
    const [official, seller] = people
    const lines: string[] = []
    let photos = 0
    /** What is said first is the same on every channel; a picture may stand before it. */
    const heard = (answer: Seen[]) => {
      photos += answer.flatMap((seen) => seen.files).length
      lines.push(unnumbered(firstLine(answer.filter(({ text }) => text !== ''))))
    }
    const sends = async (someone: Someone, ...words: string[]) => {
      for (const each of words) await someone.says(each)
      heard(await someone.chooses('Gửi'))
    }

    heard(await official.starts(scene.officialInvitation))
    heard(await seller.starts(scene.shopInvitation))
    await reporter.says('/report')
    await reporter.chooses('Nghi ngộ độc thực phẩm')
    await reporter.chooses('Bỏ qua')
    for (const said of [scene.shop, 'Ăn xong cả nhà đau bụng', 'bỏ qua']) await reporter.says(said)
    await shows(reporter, await stage.photoOf())
    const receipt = await reporter.chooses('Gửi')
    heard(receipt)
    const number = /HN-\d{4}-\d+/.exec(receipt[0]?.text ?? '')?.[0] ?? 'no number'

    heard(await official.hears())
    heard(await official.chooses('Tiếp nhận'))
    heard(await reporter.hears())
    await official.chooses('Hỏi người phản ánh')
    await sends(official, 'Bác còn giữ món ăn không?')
    heard(await reporter.hears())
    await reporter.chooses('Trả lời')
    await reporter.says('Còn, trong tủ lạnh')
    heard(await reporter.chooses('Bỏ qua'))
    heard(await official.hears())

    await official.chooses('Hỏi cửa hàng')
    await sends(official, 'Nhập hàng từ đâu?')
    heard(await seller.hears())
    await seller.chooses('Trả lời')
    await seller.says('Nhập ở chợ đầu mối, có hoá đơn')
    await seller.chooses('Bỏ qua')
    await sends(seller)
    heard(await official.hears())

    await official.says('/cases')
    await official.chooses(number)
    await official.chooses('Ghi hướng xử lý')
    await official.says('Đã lấy mẫu kiểm nghiệm')
    await official.chooses('Bỏ qua')
    await sends(official)
    heard(await seller.hears())
    heard(await reporter.hears())
    await official.says('/cases')
    await official.chooses(number)
    await official.chooses('Đóng vụ việc')
    await official.says('Đã bỏ hết lô hàng, có biên bản')
    await shows(official, await stage.photoOf())
    await sends(official)
    heard(await seller.hears())
    heard(await reporter.hears())
    heard(await reporter.chooses('4 ⭐'))
    heard(await reporter.says('/reports'))
    // A bot of the Zalo Bot Platform that polls names pictures, and cannot send them.
    if (photos === 0 && official.hands.channel !== 'zalo_bot') throw new Error('no photo came with the alert')
    return { same: [lines, await stage.casesOf(official), await stage.casesOf(seller)] }
  },

  'a report with a photo': async (someone, { codes, photoOf, reportsOf }) => {
    await someone.says(codes.valid)
    const lines = [await someone.chooses('Báo sai phạm'), await someone.chooses('Hàng hỏng, mốc, ôi thiu')]
    lines.push(await someone.says('BD-0001'))
    lines.push(await someone.says('Cam mốc bên trong, mua sáng nay'))
    lines.push(await someone.chooses('Bỏ qua'))
    lines.push(await someone.sends(await photoOf()))
    lines.push(await someone.chooses('Gửi'))
    lines.push(await someone.says('/reports'))
    return { same: [lines.map((answer) => unnumbered(firstLine(answer))), await reportsOf(someone)] }
  },

  'told when it is recalled': async (someone, { freshLot, recall }) => {
    const code = await freshLot()
    await someone.says(code)
    const asked = firstLine(await someone.chooses('Báo cho tôi nếu lô này bị thu hồi'))
    await recall(code)
    const told = (await someone.hears()).map(({ text }) => uncoded(text))
    const card = firstLine(await someone.says(code))
    return { same: [uncoded(asked), told, card.replace(/[\d:/ ]{8,}/g, ' WHEN')] }
  },

  'back, and given up': async (someone, stage) => {
    await joined(someone, stage)
    await someone.says('/register')
    await someone.says('Cam Canh')
    const back = await someone.says('quay lại')
    const given = await someone.says('huỷ')
    return { same: [firstLine(back), firstLine(given), await stage.lotsOf(someone)] }
  },
}
