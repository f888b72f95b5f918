/** The demo as a stage for scripts: what they need to know, and what became true of it. */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { invite } from '../../domain/invitations.js'
import { recallLot } from '../../domain/lot-life.js'
import { aLot } from '../../prisma/seed/builders.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { codeOf } from '../../qr/codes.js'
import type { Foundation } from '../../server/foundation.js'
import { actorOf, granted } from '../domain/actors.js'
import { makeScenes } from '../soak/case-talks.js'
import type { Stage } from './scripts.js'
import type { Someone } from './someone.js'
import { qrPng } from '../qr/pictures.js'

const SHOP = 'BD-0001'
/** Pixels of a symbol's side, and of the white around it */
const SYMBOL = 360
const MARGIN = 60
/** In form, and far behind those that were issued */
const FAR = 2 ** 34 + 900_000

/** @param another somebody new on the channel that is played on */
export function demoStage({ db, clock, keys }: Foundation, host: string, another: () => Promise<Someone>): Stage {
  const chatOf = ({ hands: { channel, address } }: Someone) =>
    db.prisma.chat.findUniqueOrThrow({ where: { channel_address: { channel, address } } })
  const { valid } = DEMO_CODES
  return {
    codes: DEMO_CODES,
    misspelt: { typed: valid.slice(0, 4) + (valid[4] === '7' ? '8' : '7') + valid.slice(5), meant: valid },
    unissued: codeOf(FAR),
    address: (code) => `http://${host}/c/${code}`,
    photoOf,
    async invitation(role) {
      const made = await db.transaction((tx) =>
        invite(tx, { operator: true, now: clock.now() }, { establishmentCode: SHOP, role }),
      )
      return granted(made).code
    },
    async scene() {
      const [scene] = await makeScenes(db, 1)
      return { scene: scene!, people: [await another(), await another()] }
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
