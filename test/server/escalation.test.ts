/**
 * An urgent case that nobody answers, from outside: a real process, people on Telegram, and the operator who moves the clock and
 * asks who was told what when. In the tree of 2018 it climbs from the ward to the district to the city, in that of 2025 from
 * the ward to the city.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { admin as desk } from '../../server/admin/desk.js'
import { killedHouse, type KilledHouse } from '../soak/killed-house.js'
import { telegramPlatform, type Platform, type Somebody } from '../soak/platforms.js'
import { freshWorld, type World } from '../world.js'

/** Timers and processes look each second; other tests run beside. ms */
const HEARD_WITHIN_MS = 20_000
const LIMIT_MS = 120_000
/** Lay in the old ward Quán Thánh, and lies in today's ward Ba Đình. */
const SHOP = 'BD-0002'

let world: World
let dataDir: string
let platform: Platform
let house: KilledHouse

beforeAll(async () => {
  world = await freshWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-escalation-'))
  platform = await telegramPlatform({ timeScale: 0.2 })
  house = await killedHouse([platform], { DATABASE_URL: world.url, DATA_DIR: dataDir })
  await house.start()
}, LIMIT_MS)
afterAll(async () => {
  await house.stop()
  await platform.stop()
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
}, LIMIT_MS)

/** `admin -- VERB ...`, which joins the running server. */
async function admin<T>(...verb: string[]): Promise<T> {
  let [out, err] = ['', '']
  const env = { PATH: process.env.PATH, DATABASE_URL: world.url, DATA_DIR: dataDir, DEMO: 'true' }
  const said = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
  expect([await desk([...verb, '--json'], { env, ...said }), err]).toEqual([0, ''])
  return JSON.parse(out) as T
}

/** Somebody who takes up an invitation to a unit. */
async function officialOf(unit: string): Promise<Somebody> {
  const { code } = await admin<{ code: string }>('invite', '--unit', unit, '--role', 'officer')
  const { someone } = platform.newSomebody()
  await someone.starts(code)
  await someone.hears(/Xong rồi! Bác làm việc cho/, HEARD_WITHIN_MS)
  return someone
}

/** Reports a suspected food poisoning; its number. */
async function reported(): Promise<string> {
  const { someone } = platform.newSomebody()
  const turns: [does: () => Promise<unknown>, hears: RegExp][] = [
    [() => someone.says('/report'), /Bác thấy sai phạm gì/],
    [() => someone.chooses('Nghi ngộ độc'), /Món hàng nào/],
    [() => someone.chooses('Bỏ qua'), /Mua ở đâu/],
    [() => someone.says(SHOP), /Bác kể vắn tắt/],
    [() => someone.says('Cả nhà ăn xong đau bụng'), /gọi bác hỏi thêm/],
    // Below the letters, where a request for the number stands.
    [() => someone.says('Bỏ qua'), /Gửi ảnh hàng/],
    [() => someone.chooses('Bỏ qua'), /Bác xem lại/],
  ]
  for (const [does, hears] of turns) {
    await does()
    await someone.hears(hears, HEARD_WITHIN_MS)
  }
  await someone.chooses('Gửi')
  return /HN-\d{4}-\d+/.exec((await someone.hears(/Đã nhận phản ánh/, HEARD_WITHIN_MS)).text)![0]
}

interface Told {
  unit: string
  channel: string
  occasion: string
  toldAt: string
  sentAt: string | null
}

/** Who was told of it on Telegram: unit, occasion, and the time of day by the house's clock, without what has passed since. */
async function toldOf(number: string): Promise<string[]> {
  const { told } = await admin<{ told: Told[] }>('cases', 'show', number)
  return told
    .filter(({ channel, sentAt }) => channel === 'telegram' && sentAt !== null)
    .map(({ unit, occasion, toldAt }) => `${unit} ${occasion} ${hourIn(toldAt)}`)
}

/** In Việt Nam, the half hour that has begun: a test takes seconds. */
function hourIn(moment: string): string {
  const inVietNam = new Date(new Date(moment).getTime() + 7 * 3_600_000)
  return `${inVietNam.toISOString().slice(11, 13)}:${inVietNam.getUTCMinutes() < 30 ? '00' : '30'}`
}

const hears = (who: Somebody, what: string, number: string) =>
  who.hears(new RegExp(`${what}.*${number} \\(KHẨN\\)`), HEARD_WITHIN_MS)

test(
  'from the ward to the district to the city in the tree of 2018, from the ward to the city in that of 2025',
  async () => {
    // A Tuesday. Four working hours from half past eight, with an hour of rest at noon, end at half past one.
    await admin('clock', 'set', '2025-03-11T08:30')
    const [oldWard, district, city] = [await officialOf('HN-BD-QT'), await officialOf('HN-BD'), await officialOf('HN')]
    const before = await reported()
    await hears(oldWard, 'Phản ánh mới', before)
    await admin('clock', 'advance', '3h')
    await hears(oldWard, 'Sắp đến hạn', before)
    await admin('clock', 'advance', '2h')
    await hears(district, 'Quá hạn', before)
    await admin('clock', 'advance', '2h')
    await hears(city, 'Quá hạn', before)
    const climbed = ['HN-BD-QT new 08:30', 'HN-BD-QT remind 11:30', 'HN-BD escalate 13:30', 'HN escalate 15:30']
    expect(await toldOf(before)).toEqual(climbed)

    // Another Tuesday, when the district is no more.
    await admin('clock', 'set', '2026-11-24T08:30')
    const ward = await officialOf('HN-P-BD')
    const after = await reported()
    await hears(ward, 'Phản ánh mới', after)
    await admin('clock', 'advance', '3h')
    await hears(ward, 'Sắp đến hạn', after)
    await admin('clock', 'advance', '2h')
    await hears(city, 'Quá hạn', after)
    expect(await toldOf(after)).toEqual(['HN-P-BD new 08:30', 'HN-P-BD remind 11:30', 'HN escalate 13:30'])
    expect(platform.violations()).toEqual([])
    console.log([before, ...(await toldOf(before)), after, ...(await toldOf(after))].join('\n'))
  },
  LIMIT_MS,
)
