/** The demo as a stage for scripts: what they need to know, and what became true of it. */
import { createHmac, randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { askShop } from '../../domain/case-questions.js'
import { acceptCase } from '../../domain/cases.js'
import { invite } from '../../domain/invitations.js'
import { report, type ReportIn } from '../../domain/reports.js'
import { recallLot } from '../../domain/lot-life.js'
import { aLot } from '../../prisma/seed/builders.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { codeOf } from '../../qr/codes.js'
import type { Foundation } from '../../server/foundation.js'
import { actorOf, granted } from '../domain/actors.js'
import type { Stage } from './scripts.js'
import type { Someone } from './someone.js'
import { qrPng } from '../qr/pictures.js'

const SHOP = 'BD-0001'
/** Where no other dialogue has an official */
const WARD = 'HN-P-HH'
/** Of the ward of the shop that is asked */
const OFFICIAL = 'ward-officer'
/** Pixels of a symbol's side, and of the white around it */
const SYMBOL = 360
const MARGIN = 60
/** In form, and far behind those that were issued */
const FAR = 2 ** 34 + 900_000

export function demoStage({ db, clock, keys }: Foundation, host: string): Stage {
  const chatOf = ({ hands: { channel, address } }: Someone) =>
    db.prisma.chat.findUniqueOrThrow({ where: { channel_address: { channel, address } } })
  /** Urgent, so that it is heard of at any hour. */
  const reports = async (where: Pick<ReportIn, 'unitCode' | 'establishmentId'>) => {
    const chat = await db.prisma.chat.create({ data: { channel: 'console', address: `reporter-${randomUUID()}` } })
    const actor = { ...actorOf({ id: null, chatId: chat.id }), now: clock.now() }
    const said = { kind: 'poisoning', what: 'Ăn xong bị đau bụng', ...where }
    return granted(await db.transaction((tx) => report(tx, actor, said)))
  }
  const { valid } = DEMO_CODES
  return {
    codes: DEMO_CODES,
    misspelt: { typed: valid.slice(0, 4) + (valid[4] === '7' ? '8' : '7') + valid.slice(5), meant: valid },
    unissued: codeOf(FAR),
    address: (code) => `http://${host}/c/${code}`,
    photoOf,
    async invitation(role, establishmentCode = SHOP) {
      const made = await db.transaction((tx) =>
        invite(tx, { operator: true, now: clock.now() }, { establishmentCode, role }),
      )
      return granted(made).code
    },
    async officialInvitation() {
      const mandate = { unitCode: WARD, role: 'officer' } as const
      const made = await db.transaction((tx) => invite(tx, { operator: true, now: clock.now() }, mandate))
      return granted(made).code
    },
    async reported() {
      await reports({ unitCode: WARD })
    },
    async asked(establishmentCode) {
      const { id: establishmentId } = await db.prisma.establishment.findUniqueOrThrow({
        where: { code: establishmentCode },
      })
      const { number } = await reports({ establishmentId })
      const official = { channel: 'console', address: OFFICIAL } as const
      const { id, personId } = await db.prisma.chat.findUniqueOrThrow({ where: { channel_address: official } })
      const actor = { ...actorOf({ id: personId, chatId: id }), now: clock.now() }
      // Of a dialogue on another channel it may be accepted already.
      await db.transaction((tx) => acceptCase(tx, actor, number))
      granted(await db.transaction((tx) => askShop(tx, actor, number, 'Nhập hàng từ đâu?')))
    },
    async casesOf(someone) {
      const { personId } = await chatOf(someone)
      const steps = await db.prisma.caseStep.findMany({
        where: { personId: personId ?? -1 },
        orderBy: { id: 'asc' },
        include: { files: true, case: true },
      })
      return steps.map(({ action, reason, files, case: { status } }) => ({
        action,
        reason,
        files: files.length,
        status,
      }))
    },
    async lotsOf(someone) {
      const { personId } = await chatOf(someone)
      if (personId === null) return []
      const lots = await db.prisma.lot.findMany({
        where: { createdById: personId },
        orderBy: { id: 'desc' },
        include: { product: true, events: { include: { event: { include: { documents: true } } } } },
      })
      return lots.map(({ product, quantity, uom, status, producedOn, harvestedOn, expiresOn, origin, events }) => ({
        product: product.name,
        quantity: Number(quantity),
        uom,
        status,
        producedOn,
        harvestedOn,
        expiresOn,
        origin,
        events: events
          .map(({ role, event }) => `${role} ${event.type} ${event.bizStep}${event.errorAt ? ' (wrong)' : ''}`)
          .sort(),
      }))
    },
    async looksOf(someone) {
      const { channel, address } = someone.hands
      const scanner = new Uint8Array(createHmac('sha256', keys.of('scanner')).update(`${channel} ${address}`).digest())
      const looks = await db.prisma.scan.findMany({ where: { scanner }, orderBy: { id: 'asc' } })
      return looks.map(({ code, means, verdict }) => ({ code, means, verdict }))
    },
    languageOf: async (someone) => (await chatOf(someone)).language,
    async reportsOf(someone) {
      const { id } = await chatOf(someone)
      const reports = await db.prisma.report.findMany({
        where: { chatId: id },
        orderBy: { id: 'asc' },
        include: {
          photos: true,
          contact: true,
          case: { include: { establishment: true, lot: { include: { product: true } }, unit: true } },
        },
      })
      return reports.map(({ words, placeText, photos, contact, case: { kindCode, establishment, lot, unit } }) => ({
        kind: kindCode,
        product: lot?.product.name,
        shop: establishment?.code,
        unit: unit.code,
        words,
        placeText,
        photos: photos.length,
        phone: contact !== null,
      }))
    },
    async freshLot() {
      const product = await db.prisma.product.findFirstOrThrow({
        where: { establishment: { code: SHOP } },
        orderBy: { id: 'asc' },
      })
      return (await aLot(db, { productId: product.id, establishmentId: product.establishmentId })).code
    },
    async recall(code) {
      const officer = await db.prisma.chat.findUniqueOrThrow({
        where: { channel_address: { channel: 'console', address: 'ward-officer' } },
      })
      const who = actorOf({ id: officer.personId, chatId: officer.id }, clock.now())
      granted(await db.transaction((tx) => recallLot(tx, who, code, 'Dư lượng thuốc')))
    },
    async rolesOf(someone) {
      const { personId } = await chatOf(someone)
      const roles = await db.prisma.membership.findMany({
        where: { personId: personId ?? -1 },
        include: { establishment: true },
      })
      return roles.map(({ role, establishment }) => `${role} of ${establishment.code}`)
    },
  }
}

/** A photo of a white wall with these symbols on it. */
async function photoOf(...texts: string[]): Promise<Buffer> {
  const symbols = await Promise.all(
    texts.map(async (text) =>
      sharp(await qrPng(text))
        .resize(SYMBOL, SYMBOL)
        .toBuffer(),
    ),
  )
  return sharp({
    create: {
      width: Math.max(1, symbols.length) * (SYMBOL + MARGIN) + MARGIN,
      height: SYMBOL + 2 * MARGIN,
      channels: 3,
      background: '#e8e4da',
    },
  })
    .composite(symbols.map((input, n) => ({ input, left: MARGIN + n * (SYMBOL + MARGIN), top: MARGIN })))
    .jpeg({ quality: 88 })
    .toBuffer()
}
