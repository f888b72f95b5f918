/** The fake itself: it must say so when a call or an update is not as the Bot API has it, and fail as the real one does. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { until } from '../chats.js'
import { Contract } from './contract.js'
import { Faults } from '../faults.js'
import { readMultipart } from '../multipart.js'
import { person } from './people.js'
import { spawnFake } from './remote.js'
import { checkRules } from './rules.js'
import { FakeTelegram, type FakeSettings } from './server.js'

const contract = Contract.load()
if (!contract) console.warn('the Bot API description is not there: the contract itself is not tested')
const described = contract ? describe : describe.skip

const running: FakeTelegram[] = []
afterEach(() => Promise.all(running.splice(0).map((fake) => fake.stop())))
async function up(settings: Partial<FakeSettings> = {}): Promise<FakeTelegram> {
  const fake = await new FakeTelegram(settings).up()
  running.push(fake)
  return fake
}

interface Answered {
  ok: boolean
  result?: unknown
  error_code?: number
  description?: string
  parameters?: { retry_after?: number }
}
async function call(fake: { url: string; token: string }, method: string, params: object = {}): Promise<Answered> {
  const body = JSON.stringify(params)
  const answer = await fetch(`${fake.url}/bot${fake.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return (await answer.json()) as Answered
}

described('the contract finds', () => {
  const message = { chat_id: 1, text: 'x' }
  test.each([
    ['an unknown method', 'sendThought', message, 'no such method'],
    ['a missing field', 'sendMessage', { chat_id: 1 }, 'sendMessage.text: missing'],
    ['an unknown field', 'sendMessage', { ...message, txt: 1 }, 'sendMessage.txt: unknown field'],
    ['a number for a text', 'sendMessage', { ...message, text: 5 }, 'sendMessage.text: not String'],
    ['a text for a number', 'answerCallbackQuery', { callback_query_id: '1', cache_time: '5' }, 'not Integer'],
    ['a fraction for a number', 'sendMessage', { ...message, chat_id: 1.5 }, 'sendMessage.chat_id'],
    ['a text for a list', 'getUpdates', { allowed_updates: 'message' }, 'not an array'],
    [
      'a wrong field deep inside',
      'sendMessage',
      { ...message, reply_markup: { inline_keyboard: [[{ text: 'a', callback: 'b' }]] } },
      'sendMessage.reply_markup.inline_keyboard[0][0].callback: unknown field',
    ],
    [
      'a list of one level where two belong',
      'sendMessage',
      { ...message, reply_markup: { inline_keyboard: [{ text: 'a', callback_data: 'b' }] } },
      'inline_keyboard[0]: not an array',
    ],
    ['a scope of no kind', 'setMyCommands', { commands: [], scope: { type: 'chat' } }, 'scope'],
    ['a file that is none', 'sendDocument', { chat_id: 1, document: { source: 'x' } }, 'sendDocument.document'],
  ])('%s', (_name, method, params, expected) => {
    expect(contract!.checkCall(method, params).join('\n')).toContain(expected)
  })

  test('nothing wrong with what is right, in JSON and in multipart', () => {
    const reply_markup = { keyboard: [[{ text: 'a', request_location: true }, 'b'].slice(0, 1)], resize_keyboard: true }
    expect(contract!.checkCall('sendMessage', { ...message, reply_markup })).toEqual([])
    const scope = { type: 'chat', chat_id: 5 }
    expect(contract!.checkCall('setMyCommands', { commands: [{ command: 'a', description: 'b' }], scope })).toEqual([])
    const sent = { multipart: true, files: new Set(['photo']) }
    expect(contract!.checkCall('sendPhoto', { chat_id: '1', has_spoiler: 'true' }, sent)).toEqual([])
    const attached = { multipart: true, files: new Set(['f1']) }
    const media = [{ type: 'document', media: 'attach://f1' }]
    expect(contract!.checkCall('sendMediaGroup', { chat_id: '1', media }, attached)).toEqual([])
    expect(contract!.checkCall('sendMediaGroup', { chat_id: '1', media: [] }, attached)).toEqual([
      'sendMediaGroup.f1: unknown field',
    ])
  })

  test('an update of no shape', async () => {
    const fake = await up()
    fake.push(1, { message: { message_id: 'x', chat: { id: 1, type: 'private' } } })
    expect(fake.violations).toEqual(['Update.message.message_id: not Integer: "x"', 'Update.message.date: missing'])
    expect(() => fake.assertClean()).toThrow('against the Bot API')
  })

  test('a constant that is another', () => {
    const user = { id: 1, is_bot: true, first_name: 'x' }
    expect(contract!.checkType('ChatMemberBanned', { status: 'member', user, until_date: 0 })).toEqual([
      'ChatMemberBanned.status: must be kicked, is member',
    ])
  })
})

describe('the rules find', () => {
  const markup = (button: object) => ({ chat_id: 1, text: 'x', reply_markup: { inline_keyboard: [[button]] } })
  test.each([
    ['an empty text', 'sendMessage', { text: '' }],
    ['a long text', 'sendMessage', { text: 'x'.repeat(4097) }],
    ['a long caption', 'sendPhoto', { caption: 'x'.repeat(1025) }],
    ['65 bytes in a button', 'sendMessage', markup({ text: 'a', callback_data: 'ậ'.repeat(22) })],
    ['a button of two actions', 'sendMessage', markup({ text: 'a', callback_data: 'b', url: 'http://x' })],
    ['a button of none', 'sendMessage', markup({ text: 'a' })],
    ['an album of one', 'sendMediaGroup', { media: [{ type: 'photo', media: 'x' }] }],
    [
      'an album of two kinds',
      'sendMediaGroup',
      {
        media: [
          { type: 'photo', media: 'x' },
          { type: 'document', media: 'y' },
        ],
      },
    ],
    ['a command in capitals', 'setMyCommands', { commands: [{ command: 'Menu', description: 'x' }] }],
    ['a secret with a space', 'setWebhook', { url: 'x', secret_token: 'a b' }],
    ['an alert of 201', 'answerCallbackQuery', { text: 'x'.repeat(201) }],
    [
      'a hint of 65',
      'sendMessage',
      { text: 'x', reply_markup: { keyboard: [], input_field_placeholder: 'x'.repeat(65) } },
    ],
    [
      'a place asked of a group',
      'sendMessage',
      { chat_id: -5, text: 'x', reply_markup: { keyboard: [[{ text: 'a', request_location: true }]] } },
    ],
    ['101 updates', 'getUpdates', { limit: 101 }],
  ])('%s', (_name, method, params) => expect(checkRules(method, params, [])).toHaveLength(1))

  test('nothing wrong at the limits', () => {
    expect(
      checkRules(
        'sendMessage',
        { ...markup({ text: 'a', callback_data: 'x'.repeat(64) }), text: 'x'.repeat(4096) },
        [],
      ),
    ).toEqual([])
  })
})

describe('the server', () => {
  test('refuses a wrong token, an unknown method, an unknown chat, an empty text', async () => {
    const fake = await up()
    fake.chat(1)
    expect(await call({ url: fake.url, token: '1:x' }, 'getMe')).toMatchObject({ ok: false, error_code: 401 })
    expect(await call(fake, 'sendThought')).toMatchObject({ ok: false, error_code: 404 })
    expect(await call(fake, 'sendMessage', { chat_id: 2, text: 'x' })).toMatchObject({
      error_code: 400,
      description: 'Bad Request: chat not found',
    })
    expect(await call(fake, 'sendMessage', { chat_id: 1, text: ' ' })).toMatchObject({ error_code: 400 })
    expect(await call(fake, 'getMe')).toMatchObject({ ok: true, result: { is_bot: true } })
  })

  test('hands out an update again until the offset passes it, and ends an older poll with 409', async () => {
    const fake = await up()
    const an = person(fake, 1)
    const first = await an.says('1')
    const ids = async (params: object) =>
      ((await call(fake, 'getUpdates', params)).result as { update_id: number }[]).map(({ update_id }) => update_id)
    expect(await ids({})).toEqual([first])
    expect(await ids({})).toEqual([first])
    expect(await ids({ offset: first + 1 })).toEqual([])
    const older = call(fake, 'getUpdates', { timeout: 20 })
    await until(() => fake.callsOf('getUpdates').length === 4)
    const newer = call(fake, 'getUpdates', { timeout: 20 })
    expect(await older).toMatchObject({ error_code: 409 })
    const second = await an.says('2')
    expect(((await newer).result as { update_id: number }[])[0]!.update_id).toBe(second)
    await call(fake, 'setWebhook', { url: 'http://127.0.0.1:1/' })
    expect(await call(fake, 'getUpdates')).toMatchObject({
      error_code: 409,
      description: expect.stringContaining('webhook is active'),
    })
    expect((await call(fake, 'getWebhookInfo')).result).toMatchObject({
      url: 'http://127.0.0.1:1/',
      pending_update_count: 1,
    })
  })

  test('paces: too much to one chat, too much over all', async () => {
    const fake = await up({ perChat: 2, overall: 3, retryAfterSeconds: 5 })
    for (const id of [1, 2]) fake.chat(id)
    const codes: (number | undefined)[] = []
    for (const chat_id of [1, 1, 1, 2, 2])
      codes.push((await call(fake, 'sendMessage', { chat_id, text: 'x' })).error_code)
    expect(codes).toEqual([undefined, undefined, 429, undefined, 429])
    expect(await call(fake, 'sendMessage', { chat_id: 1, text: 'x' })).toMatchObject({ parameters: { retry_after: 5 } })
    expect(() => fake.assertClean()).toThrow('before its retry_after')
  })

  test('keeps every call, with its time and its files', async () => {
    const fake = await up()
    fake.chat(1)
    const form = new FormData()
    form.set('chat_id', '1')
    form.set('caption', 'Đây')
    form.set('document', new Blob(['nội dung']), 'giấy tờ.pdf')
    const before = Date.now()
    await fetch(`${fake.url}/bot${fake.token}/sendDocument`, { method: 'POST', body: form })
    const [made] = fake.calls
    expect(made).toMatchObject({ method: 'sendDocument', chat: 1, code: 200, params: { caption: 'Đây' } })
    expect(made!.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([['giấy tờ.pdf', 'nội dung']])
    expect(made!.at).toBeGreaterThanOrEqual(before)
    fake.assertClean()
  })

  test('a webhook that does not answer is tried at once, then ever more slowly, and blocks no other chat', async () => {
    const fake = await up({ timeScale: 0.05 })
    fake.updates.setWebhook({ url: 'http://127.0.0.1:1/', connections: 40 })
    const [an, bo] = [person(fake, 1), person(fake, 2)]
    const [first, second, other] = [await an.says('1'), await an.says('2'), await bo.says('x')]
    await until(() => fake.updates.webhookCalls.filter(({ updateId }) => updateId === first).length === 4)
    const at = fake.updates.webhookCalls.filter(({ updateId }) => updateId === first).map((made) => made.at)
    const gaps = at.slice(1).map((time, i) => time - at[i]!)
    expect(gaps[0]).toBeLessThan(gaps[1]!)
    expect(gaps[1]).toBeGreaterThanOrEqual(98)
    expect(gaps[2]).toBeGreaterThanOrEqual(198)
    const brought = fake.updates.webhookCalls.map(({ updateId }) => updateId)
    expect(brought).toContain(other)
    expect(brought).not.toContain(second)
  })

  test('a multipart body cut short is said to be so', () => {
    expect(() =>
      readMultipart(
        'multipart/form-data; boundary=b',
        Buffer.from('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx'),
      ),
    ).toThrow('cut short')
    expect(() => readMultipart('multipart/form-data', Buffer.from(''))).toThrow('boundary')
  })
})

test('a fault strikes as often as ordered, where ordered, and by chance as its dice fall', () => {
  const dice = [0.1, 0.9]
  const faults = new Faults<object, string>('getUpdates', () => dice.shift()!)
  const cut = { kind: 'cut-before' } as const
  const takeBack = faults.add({ on: 'sendMessage', whom: 1, times: 1, do: cut })
  expect([faults.strike('sendMessage', 2), faults.strike('sendPhoto', 1)]).toEqual([undefined, undefined])
  expect([faults.strike('sendMessage', 1), faults.strike('sendMessage', 1)]).toEqual([cut, undefined])
  takeBack()
  faults.add({ chance: 0.5, do: cut })
  expect([faults.strike('sendPhoto', 1), faults.strike('sendPhoto', 1)]).toEqual([cut, undefined])
  expect(faults.strike('getUpdates', undefined)).toBeUndefined()
})

test('a person who waits in vain says what was said instead, and sees no button that is not there', async () => {
  const fake = await up()
  const an = person(fake, 1)
  await call(fake, 'sendMessage', { chat_id: 1, text: 'Xin chào' })
  await expect(an.hears('Tạm biệt', 20)).rejects.toThrow(/Tạm biệt[^]*"Xin chào"/)
  await expect(an.presses('Gửi')).rejects.toThrow('no button Gửi')
})

test('as a process of its own it is spoken to the same way', async () => {
  const away = await spawnFake()
  const an = person(away.remote, 42)
  const id = await an.sendsPhoto(Buffer.from('ảnh'))
  const [update] = (await call(away, 'getUpdates')).result as { update_id: number }[]
  expect(update!.update_id).toBe(id)
  const hearing = an.hears('chào')
  await call(away, 'sendMessage', {
    chat_id: 42,
    text: 'chào',
    reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: '1' }]] },
  })
  expect(await hearing).toMatchObject({ text: 'chào', nth: 1 })
  await an.presses('A')
  await away.remote.ask('fault', { on: 'getMe', times: 1, do: { kind: 'answer', code: 500, description: 'x' } })
  expect(await call(away, 'getMe')).toMatchObject({ error_code: 500 })
  expect(await away.remote.ask('state')).toMatchObject({ violations: [], pending: 2, unanswered: [expect.any(String)] })
  expect((await away.remote.ask('calls')).map(({ method }) => method)).toEqual(['getUpdates', 'sendMessage', 'getMe'])
  await away.stop()
})
