/** The web chat's talk over real HTTP: sessions, whole dialogues, streams that break, two windows, files. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { invite } from '../../../domain/invitations.js'
import { DEMO_CODES } from '../../../prisma/seed/demo.js'
import { statement } from '../../../prisma/tx.js'
import { granted, OPERATOR } from '../../domain/actors.js'
import { until } from '../../fakes/chats.js'
import { houseOf, type TestHouse } from '../../fakes/house.js'
import { Program, type Listening, type Told } from '../../fakes/web/program.js'
import { demoWorld } from '../../demo-world.js'
import type { World } from '../../world.js'
import { qrPng } from '../../qr/pictures.js'

const JPEG = 'image/jpeg'
/** Connections that LISTEN to this database, ended by the server. */
const cutListeners = statement<{ cut: boolean }, []>(
  'test_cut_listeners',
  `select pg_terminate_backend(pid) as cut from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen %'`,
)

let world: World
let house: TestHouse
let other: TestHouse
const open: Program[] = []

beforeAll(async () => {
  world = await demoWorld()
  house = await houseOf(world)
  other = await houseOf(world, {}, house)
})
afterAll(async () => {
  for (const one of open) one.close()
  await other.stop()
  await house.stop()
  await world.close()
})

async function somebody(wanted: object = {}, url = house.url): Promise<Program> {
  const program = await Program.open(url, wanted)
  open.push(program)
  return program
}

describe('a consumer', () => {
  test('is welcomed, looks up a lot by its code, and finds all of it again', async () => {
    const me = await somebody()
    const welcome = await me.ask({ start: null })
    expect(welcome.question).toBe('menu')
    expect(welcome.choices.map(({ value }) => value)).toEqual(['check', 'report', 'reports', 'language', 'help'])
    const card = await me.ask({ text: DEMO_CODES.valid })
    expect(card.text).toMatch(/^✅/)
    const history = await me.history()
    expect(history.map(({ own, text }) => [own, text.split('\n')[0]])).toEqual([
      [true, ''],
      [false, welcome.text.split('\n')[0]],
      [true, DEMO_CODES.valid],
      [false, card.text.split('\n')[0]],
    ])
  })

  test('a photo of a label is answered like its typed code, and shown to its sender', async () => {
    const [me, typist] = [await somebody(), await somebody()]
    const typed = await typist.ask({ text: DEMO_CODES.expired })
    await me.ask({ start: '' })
    const photo = await qrPng(`http://localhost:3000/c/${DEMO_CODES.expired}`, 10)
    const answer = await me.upload(new Uint8Array(photo), 'image/png', {
      'X-File-Name': encodeURIComponent('Tem cam Canh.png'),
    })
    expect(answer.status).toBe(202)
    expect((await me.next()).text).toBe(typed.text)
    const own = (await me.history()).find(({ files }) => files.length > 0)!
    expect(own).toMatchObject({ own: true, files: [{ name: 'Tem cam Canh.png', mime: 'image/png' }] })
    const bytes = await me.get(own.files[0]!.url)
    expect(bytes.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(photo)
  })

  test('a deep link’s payload, a place, a phone number, a choice and a press are heard', async () => {
    const me = await somebody()
    expect((await me.ask({ start: DEMO_CODES.valid })).text).toMatch(/^✅/)
    expect((await me.ask({ text: `/start ${DEMO_CODES.expired}` })).text).toMatch(/^⛔|^⚠|quá hạn/i)
    expect((await me.ask({ place: [21.03, 105.8] })).text).not.toBe('')
    expect((await me.ask({ contact: '0912345678' })).text).not.toBe('')
    const menu = await me.ask({ text: '/menu' })
    expect((await me.ask({ choice: 'help' })).text).not.toBe('')
    const { data } = menu.choices.find(({ value }) => value === 'check')!
    expect((await me.ask({ press: data })).text).not.toBe('')
    const chosen = (await me.history()).filter(({ chose }) => chose !== undefined)
    expect(chosen.map(({ chose, text }) => [chose, text])).toEqual([
      ['help', 'Trợ giúp'],
      [data, 'Xem nguồn gốc'],
    ])
  })

  test('is spoken to in the language of the page', async () => {
    const me = await somebody()
    await me.post({ start: null }, { 'Accept-Language': 'en' })
    const listening = me.listen(0)
    await until(() => listening.bot.length > 0)
    expect(listening.bot[0]!.text).toMatch(/food|label/i)
    listening.cut()
  })
})

describe('a shop', () => {
  /** Answers what is asked until the lot is registered; the way through the flow is its own affair. */
  async function register(shop: Program): Promise<Told> {
    const answers: Record<string, object> = {
      'register-lot.quantity': { text: '120 kg' },
      'register-lot.source': { text: 'Sơn La' },
      'register-lot.dates': { choice: 'skip' },
      'register-lot.papers': { choice: 'skip' },
    }
    let asked = await shop.ask({ text: '/register' })
    for (let turn = 0; turn < 12 && asked.question?.startsWith('register-lot'); turn++)
      asked = await shop.ask(answers[asked.question] ?? { choice: asked.choices[0]!.value })
    return asked
  }

  test('registers a lot as a persona of the demo, and gets its label', async () => {
    const shop = await somebody({ persona: 'owner-fruit' })
    const receipt = await register(shop)
    let label: Told | undefined = receipt
    while (label.files.length === 0) label = await shop.next()
    expect(label.files.map(({ mime }) => mime).sort()).toContain('image/png')
    for (const { url, mime } of label.files) {
      const file = await shop.get(url)
      expect([file.status, file.headers.get('content-type')]).toEqual([200, mime])
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1000)
    }
  })

  test('joins by an invitation that is typed, and by one in the address', async () => {
    for (const said of [(code: string) => ({ text: code }), (code: string) => ({ start: code })]) {
      const made = await world.db.transaction((tx) =>
        invite(tx, { ...OPERATOR, now: new Date() }, { establishmentCode: 'BD-0002', role: 'owner' }),
      )
      const me = await somebody()
      const joined = await me.ask(said(granted(made).code))
      const menu = joined.choices.length > 0 ? joined : await me.next()
      expect(menu.choices.map(({ value }) => value)).toContain('register')
    }
  })
})

describe('a stream', () => {
  test('that broke goes on where it was, by Last-Event-ID and by ?after=', async () => {
    const me = await somebody()
    const first = me.listen()
    await first.open
    await me.post({ text: DEMO_CODES.valid })
    await until(() => first.bot.length === 1)
    const seen = first.told.at(-1)!.id
    first.cut()
    await me.post({ text: DEMO_CODES.expired })
    await until(async () => (await me.history()).length === 4)
    const [again, after] = [me.listen(undefined, { 'Last-Event-ID': String(seen) }), me.listen(seen)]
    await until(() => again.told.length === 2 && after.told.length === 2)
    expect(again.told).toEqual((await me.history()).slice(2))
    expect(after.told).toEqual(again.told)
    again.cut()
    after.cut()
  })

  test('reconnecting 100 times misses nothing and doubles nothing', async () => {
    const me = await somebody()
    const seen: number[] = []
    for (let i = 0; i < 100; i++) {
      const listening = me.listen(seen.at(-1) ?? 0)
      await listening.open
      expect(listening.status).toBe(200)
      if (i % 20 === 0) await me.post({ text: DEMO_CODES.valid })
      // Some are cut at once, some after what was being said.
      if (i % 3 === 0) await new Promise((done) => setTimeout(done, 10))
      seen.push(...listening.told.map(({ id }) => id))
      listening.cut()
    }
    await until(async () => (await me.history()).length === 10)
    const last = me.listen(seen.at(-1) ?? 0)
    await until(() => (last.told.at(-1)?.id ?? seen.at(-1)) === undefined || seen.length + last.told.length >= 10)
    last.cut()
    expect([...seen, ...last.told.map(({ id }) => id)]).toEqual((await me.history()).map(({ id }) => id))
  })

  test('two windows of one session, at two processes, see the same', async () => {
    const me = await somebody()
    const windows = [me.listen(), new Program(other.url, me.session).listen(), me.listen()]
    await Promise.all(windows.map((one) => one.open))
    await Promise.all([
      me.post({ text: DEMO_CODES.valid }),
      new Program(other.url, me.session).post({ text: DEMO_CODES.expired }),
    ])
    await until(() => windows.every(({ told }) => told.length === 4))
    expect(windows[1]!.told).toEqual(windows[0]!.told)
    expect(windows[2]!.told).toEqual(windows[0]!.told)
    expect(windows[0]!.told.map(({ own }) => own).sort()).toEqual([false, false, true, true])
    for (const one of windows) one.cut()
  })

  test('a house whose notifications are cut again and again looks by itself: nothing is lost, nothing told twice', async () => {
    const me = await somebody()
    const listening = me.listen(0)
    await listening.open
    let cut = 0
    let cutting = true
    const cuts = (async () => {
      while (cutting) cut += (await world.db.run(cutListeners, [])).length
    })()
    await until(() => cut >= 2)
    const elsewhere = new Program(other.url, me.session)
    const said = [DEMO_CODES.valid, DEMO_CODES.expired, DEMO_CODES.recalled]
    for (const text of said) await elsewhere.post({ text })
    await until(() => listening.bot.length === said.length)
    cutting = false
    await cuts
    await elsewhere.post({ text: DEMO_CODES.held })
    await until(() => listening.bot.length === said.length + 1)
    expect(listening.told).toEqual(await me.history())
    listening.cut()
  })

  test('of one session: the ninth ends the first', async () => {
    const me = await somebody()
    const windows: Listening[] = []
    for (let i = 0; i < 9; i++) {
      windows.push(me.listen())
      await windows.at(-1)!.open
    }
    await until(() => windows[0]!.ended)
    expect(windows.slice(1).some(({ ended }) => ended)).toBe(false)
    for (const one of windows) one.cut()
  })

  test('ends cleanly when its house stops, and does not keep the port open', async () => {
    const passing = await houseOf(world, {}, house)
    const me = await somebody({}, passing.url)
    const listening = me.listen()
    await listening.open
    const took = await passing.stop()
    expect(listening.ended).toBe(true)
    expect(took).toBeLessThan(1_000)
  })
})

test('a message that is posted again with its key is one message', async () => {
  const me = await somebody()
  const post = () => me.post({ text: DEMO_CODES.valid }, { 'Idempotency-Key': 'k1' })
  const answers = await Promise.all([post(), post(), new Program(other.url, me.session).post({ text: DEMO_CODES.valid }, { 'Idempotency-Key': 'k1' })]) // prettier-ignore
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: number }).id))
  expect(new Set(ids).size).toBe(1)
  await post()
  // Its own answer comes first: `ask` gives back the next one, whichever message that is for.
  await until(async () => (await me.history()).some(({ own }) => !own))
  await me.ask({ text: DEMO_CODES.expired })
  expect((await me.history()).filter(({ own }) => own)).toHaveLength(2)
  expect((await me.history()).filter(({ own }) => !own)).toHaveLength(2)
  // Another person's same key is another message.
  const you = await somebody()
  expect((await you.post({ text: DEMO_CODES.valid }, { 'Idempotency-Key': 'k1' })).status).toBe(202)
  await until(async () => (await you.history()).length === 2)
})

test('a photo that is no picture is said to be none', async () => {
  const me = await somebody()
  await me.ask({ start: null })
  await me.upload(new Uint8Array(Buffer.from('not a picture at all')), JPEG)
  expect((await me.next()).text).not.toBe('')
})
