import { afterEach, describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import type { Part, Sent } from '../../../../bot/channels/channel.js'
import { fit } from '../../../../bot/channels/fit.js'
import { classOf, codesOf, type ErrorClass } from '../../../../bot/channels/zalo/errors.js'
import { capabilitiesOf, paceOf, UPLOAD_KEPT_MS } from '../../../../bot/channels/zalo/limits.js'
import { untilMorning } from '../../../../bot/channels/zalo/outcomes.js'
import { strangerAddress } from '../../../../bot/channels/zalo/strangers.js'
import { words } from '../../../../locales/say.js'
import { HASTY, never, part, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const AN = '8217643208765432111'
const opened = async (...args: Parameters<typeof rig>): Promise<Rig> => {
  const r = await rig(...args)
  r.fake.chat(AN).heardAt = Date.now()
  return r
}
const send = ({ zalo }: Rig, one: Part, to = AN): Promise<Sent> => zalo.channel.send(to, one, never())
const shown = ({ fake }: Rig) => fake.chat(AN).shown
const buttons: Part['buttons'] = [[{ label: 'Tra cứu', data: '3.0' }, { label: 'Trang web', url: 'https://ronguon.test/' }], [{ label: 'Gọi', url: 'tel:+84 901 234 567' }]] // prettier-ignore

describe('texts', () => {
  test('go out in NFC, and their id is kept', async () => {
    const r = await opened()
    const sent = await send(r, part('Xin chào'.normalize('NFD')))
    expect(sent).toEqual({ outcome: 'sent', platformId: shown(r)[0]!.id })
    expect(shown(r)[0]!.text).toBe('Xin chào'.normalize('NFC'))
  })

  test('are cut at the ends of sentences, at most 2,000 characters, the buttons under the last piece', async () => {
    const r = await opened()
    const sentence = 'Cam Canh của hợp tác xã được hái sáng nay. '
    const long = part(sentence.repeat(120).normalize('NFD'), { buttons })
    const pieces = r.zalo.channel.split!(long)
    expect(pieces.length).toBeGreaterThan(2)
    for (const one of pieces) expect([one.text.length <= 2_000, one.text.endsWith('.')]).toEqual([true, true])
    expect(pieces.map((one) => one.buttons !== undefined)).toEqual(pieces.map((_, i) => i === pieces.length - 1))
    for (const one of pieces) expect((await send(r, one)).outcome).toBe('sent')
  })

  test('answers to somebody who has not signed in go by both their ids', async () => {
    const r = await opened()
    r.fake.chat('anon:1').heardAt = Date.now()
    const address = strangerAddress({ anonymousId: 'anon:1', conversationId: 'c/2' })
    expect((await send(r, part('Mở trong Zalo', { buttons }), address)).outcome).toBe('sent')
    expect(r.fake.callsOf('message')[0]!.body).toMatchObject({ recipient: { anonymous_id: 'anon:1', conversation_id: 'c/2' } }) // prettier-ignore
    expect(r.fake.chat('anon:1').shown[0]!.buttons).toEqual([])
  })

  test('an address that is no user id is never sent to', async () => {
    expect((await send(await opened(), part('x'), 'a b')).outcome).toBe('never')
  })
})

describe('buttons', () => {
  test.each(['text_buttons', 'button', 'list'] as const)('%s', async (buttonShape) => {
    const r = await opened({ buttonShape })
    expect((await send(r, part('Bác chọn:\n1. Tra cứu', { buttons }))).outcome).toBe('sent')
    expect(shown(r)[0]).toMatchObject({
      text: 'Bác chọn:\n1. Tra cứu',
      buttons: [
        { label: 'Tra cứu', data: '#rn~3.0' },
        { label: 'Trang web', url: 'https://ronguon.test/' },
        { label: 'Gọi', phone: '84901234567' },
      ],
    })
  })

  test('none: only words', async () => {
    const r = await opened({ buttonShape: 'none' })
    await send(r, part('1. Tra cứu', { buttons }))
    expect(shown(r)[0]!.buttons).toEqual([])
    expect(r.zalo.channel.capabilities.buttons).toBeNull()
  })

  test('a text too long for a list goes without buttons, and whole', async () => {
    const r = await opened({ buttonShape: 'list' })
    await send(r, part('x'.repeat(101), { buttons }))
    expect(shown(r)[0]).toMatchObject({ text: 'x'.repeat(101), buttons: [] })
  })

  test('the numbered list stands in the text whether they show or not', () => {
    const choices = ['Tra cứu', 'Báo cáo'].map((label, i) => ({ value: label, label: words(label), data: `3.${i}` }))
    for (const shape of ['text_buttons', 'none'] as const) {
      const [one] = fit({ text: [words('Bác chọn:')], choices }, capabilitiesOf(shape), 'vi')
      expect(one!.text).toContain('1. Tra cứu\n2. Báo cáo')
      expect(one!.buttons !== undefined).toBe(shape !== 'none')
    }
  })

  test.each(codesOf('shape'))('refused with %i: once more, plain; the further call is counted', async (code) => {
    const r = await opened()
    r.fake.faults.add({ on: 'cs', times: 1, do: { kind: 'code', code } })
    expect((await send(r, part('1. Tra cứu', { buttons }))).outcome).toBe('sent')
    expect(shown(r).map((one) => one.buttons)).toEqual([[]])
    expect([r.fake.callsOf('cs').length, r.extras()]).toEqual([2, 1])
    r.fake.faults.add({ on: 'cs', do: { kind: 'code', code } })
    expect((await send(r, part('1. Tra cứu', { buttons }))).outcome).toBe('never')
    expect(r.fake.callsOf('cs')).toHaveLength(4)
    expect((await send(r, part('plain'))).outcome).toBe('never')
    expect(r.fake.callsOf('cs')).toHaveLength(5)
  })
})

describe('every class of error', () => {
  const NOW = { afterMs: undefined as number | undefined }
  const EXPECTED: Record<ErrorClass, [Sent['outcome'], number | undefined | 'till morning']> = {
    refresh: ['retry', HASTY.unconnectedMs],
    retry: ['retry', NOW.afterMs],
    night: ['retry', 'till morning'],
    quota: ['retry', HASTY.quotaMs],
    unreachable: ['unreachable', undefined],
    'expired-upload': ['never', undefined],
    shape: ['never', undefined],
    bug: ['never', undefined],
    operator: ['retry', HASTY.operatorMs],
  }

  test.each(Object.entries(EXPECTED))('%s', async (name, [outcome, after]) => {
    const r = await opened()
    for (const code of codesOf(name as ErrorClass)) {
      expect(classOf(code)).toBe(name)
      const mend = r.fake.faults.add({ on: 'cs', do: { kind: 'code', code } })
      const sent = await send(r, part('x'))
      mend()
      expect([code, sent.outcome]).toEqual([code, outcome])
      const afterMs = 'afterMs' in sent ? sent.afterMs : undefined
      if (after === 'till morning') expect(afterMs).toBeLessThanOrEqual(24 * 3_600_000)
      else expect(afterMs).toBe(after)
    }
    expect(shown(r)).toEqual([])
  })

  test('a code that nobody named is ours, and logged with its words', async () => {
    const r = await opened()
    r.fake.faults.add({ on: 'cs', do: { kind: 'code', code: -98765, message: 'what is this' } })
    expect((await send(r, part('x'))).outcome).toBe('never')
    expect(r.lines.join()).toMatch(/-98765.*what is this|what is this.*-98765/)
  })

  test('what only an operator can mend is told once, and is the channel’s ailment', async () => {
    const r = await opened()
    r.fake.faults.add({ on: 'cs', do: { kind: 'code', code: -224 } })
    for (let i = 0; i < 5; i++) await send(r, part('x'))
    expect(r.lines.filter((line) => line.includes('-224'))).toHaveLength(1)
    expect(r.zalo.ailment()).toBe("refused with -224: see Zalo's consoles")
  })

  test('a token that ended is renewed once and the call made once more', async () => {
    const r = await opened()
    for (const end of [() => r.fake.tokens.expire(), () => void r.fake.tokens.issue()]) {
      end()
      if (r.fake.tokens.granted === 1) break
      expect((await send(r, part('x'))).outcome).toBe('sent')
    }
    expect(r.fake.tokens.granted).toBe(1)
    expect(r.fake.callsOf('cs').map(({ code }) => code)).toEqual([-220, 0])
  })

  test('not heard for seven days: unreachable', async () => {
    const r = await opened()
    r.fake.chat(AN).heardAt = Date.now() - 7 * 24 * 3_600_000 - 1_000
    expect(await send(r, part('x'))).toMatchObject({ outcome: 'unreachable', why: expect.stringContaining('-230') })
  })

  test('until six in the morning in Hà Nội', () => {
    const at = (time: string) => untilMorning(new Date(`2026-11-26T${time}+07:00`).getTime()) / 3_600_000
    expect([at('22:00:00'), at('05:00:00'), at('06:00:00')]).toEqual([8, 1, 24])
  })
})

describe('the wire', () => {
  test.each([
    ['5xx', { kind: 'status', status: 503 }, 'retry'],
    ['404 of something between', { kind: 'status', status: 404 }, 'retry'],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'retry'],
    ['no JSON', { kind: 'garbage' }, 'unknown'],
    ['JSON without a code', { kind: 'garbage', body: '{}' }, 'unknown'],
    ['cut before the answer', { kind: 'cut-before' }, 'unknown'],
    ['cut after it was done', { kind: 'cut-after' }, 'unknown'],
    ['too slow', { kind: 'slow', ms: 1_500 }, 'unknown'],
  ] as const)('%s', async (_name, fault, outcome) => {
    const r = await opened()
    r.fake.faults.add({ on: 'cs', do: fault })
    expect((await send(r, part('x'))).outcome).toBe(outcome)
  })

  test('nobody there: certainly not sent; a kept connection that was cut: nobody knows, once', async () => {
    const r = await opened()
    await send(r, part('x'))
    await r.fake.down()
    const outcomes = [await send(r, part('y')), await send(r, part('y'))].map(({ outcome }) => outcome)
    expect(['retry', 'unknown']).toContain(outcomes[0])
    expect(outcomes[1]).toBe('retry')
    await r.fake.up()
    expect((await send(r, part('y'))).outcome).toBe('sent')
  })

  test('a name that means nothing: not sent; stopped before it began: not sent', async () => {
    const r = await opened({ apiRoot: 'http://zalo.invalid' })
    expect((await send(r, part('x'))).outcome).toBe('retry')
    const stopped = AbortSignal.abort()
    expect((await r.zalo.channel.send(AN, part('x'), stopped)).outcome).toBe('retry')
  })

  test('appsecret_proof goes with every call when it is asked for', async () => {
    const r = await opened({ appProof: true }, { needsProof: true })
    expect((await send(r, part('x'))).outcome).toBe('sent')
    const without = await opened({}, { needsProof: true })
    expect(await send(without, part('x'))).toMatchObject({ outcome: 'retry', why: expect.stringContaining('-242') })
  })

  test('without a token the messages wait', async () => {
    const r = await opened({ accessToken: undefined })
    expect(await send(r, part('x'))).toMatchObject({ outcome: 'retry', afterMs: HASTY.unconnectedMs })
    expect(r.zalo.ailment()).toMatch(/not connected/)
    expect(r.fake.calls).toEqual([])
  })
})

describe('files', () => {
  const noise = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }) // prettier-ignore
  const file = (key: string, mime: string, name = key) => ({ key, mime, name })

  test('a picture over 1 MB is made smaller, one under it stays as it is; both go with their words', async () => {
    const r = await opened()
    const big = await noise(1_600).png().toBuffer()
    const small = await noise(50).png().toBuffer()
    r.files.set('big', big).set('small', small)
    for (const key of ['big', 'small'])
      expect((await send(r, part('Ảnh', { files: [file(key, 'image/png')] }))).outcome).toBe('sent')
    expect(big.length).toBeGreaterThan(1_000_000)
    expect(shown(r).map(({ text }) => text)).toEqual(['Ảnh', 'Ảnh'])
    expect(shown(r)[0]!.picture!.length).toBeLessThanOrEqual(1_000_000)
    expect(shown(r)[1]!.picture).toEqual(small)
  }, 30_000)

  test('an id is kept six days and used again; one that ended is uploaded anew, once', async () => {
    const r = await opened()
    r.files.set('p', await noise(50).png().toBuffer())
    const one = part('', { files: [file('p', 'image/png')] })
    for (let i = 0; i < 3; i++) await send(r, one)
    expect([r.fake.callsOf('upload').length, r.uploads.keptMs]).toEqual([1, [UPLOAD_KEPT_MS]])
    r.fake.assets.clear()
    expect((await send(r, one)).outcome).toBe('sent')
    expect(r.fake.callsOf('upload')).toHaveLength(2)
    r.fake.faults.add({ on: 'cs', do: { kind: 'code', code: -100 } })
    expect((await send(r, one)).outcome).toBe('never')
    expect(r.fake.callsOf('upload')).toHaveLength(3)
  })

  test('a PDF goes as a file, behind its words; text, picture and PDF are one call each', async () => {
    const r = await opened()
    r.files.set('p', await noise(50).jpeg().toBuffer()).set('f', Buffer.from('%PDF-1.7 x'))
    const one = part('Tem của bác', {
      buttons,
      files: [file('p', 'image/jpeg'), file('f', 'application/pdf', 'tem.pdf')],
    })
    expect(r.zalo.channel.split!(one)).toHaveLength(3)
    expect((await send(r, one)).outcome).toBe('sent')
    expect(shown(r).map(({ text, picture, document }) => [text, picture !== undefined, document?.name])).toEqual([
      ['Tem của bác', false, undefined],
      ['', true, undefined],
      ['', false, 'tem.pdf'],
    ])
    expect(r.extras()).toBe(2)
  })

  test('what cannot be sent, and what cannot be read now', async () => {
    const r = await opened()
    r.files.set('x', Buffer.from('no picture')).set('z', Buffer.from('PK'))
    expect((await send(r, part('', { files: [file('x', 'image/png')] }))).outcome).toBe('never')
    expect((await send(r, part('', { files: [file('z', 'application/zip')] }))).outcome).toBe('never')
    expect((await send(r, part('', { files: [file('absent', 'image/png')] }))).outcome).toBe('retry')
  })

  test('an upload that broke leaves no doubt about the message', async () => {
    const r = await opened()
    r.files.set('p', await noise(50).png().toBuffer())
    r.fake.faults.add({ on: 'upload', times: 1, do: { kind: 'cut-after' } })
    const one = part('', { files: [file('p', 'image/png')] })
    expect((await send(r, one)).outcome).toBe('retry')
    expect((await send(r, one)).outcome).toBe('sent')
  })
})

test('no minute holds more calls than the app may make, whatever burst comes first', () => {
  for (const perMinute of [1, 10, 60, 4_000, 10_000]) {
    const { perSecond, burst } = paceOf(perMinute).all
    expect(perSecond * 60 + burst).toBeLessThanOrEqual(Math.max(perMinute, 2) + 1e-9)
  }
  expect(paceOf(0).all.perSecond).toBe(0)
})
