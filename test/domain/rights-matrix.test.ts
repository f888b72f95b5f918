import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { askShop, replyAsShop } from '../../domain/case-questions.js'
import { callReporter, caseOf } from '../../domain/case-views.js'
import { acceptCase, checkCase, closeCase, decideCase, passOnCase, refuseCase } from '../../domain/cases.js'
import { searchEstablishments } from '../../domain/establishments.js'
import { switchRule } from '../../domain/findings.js'
import { invite } from '../../domain/invitations.js'
import { correctLot } from '../../domain/lot-correction.js'
import { issueLabels, issueSign } from '../../domain/labels.js'
import { holdLot, markSoldOut, recallLot, releaseLot } from '../../domain/lot-life.js'
import { registerLot } from '../../domain/lots.js'
import { lotOf } from '../../domain/my-lots.js'
import { appointStandIn, handOver, officialsOf, suspendOfficial } from '../../domain/officials.js'
import { addProduct, catalogue } from '../../domain/products.js'
import { isRefused, refuse } from '../../domain/refusal.js'
import type { Action, Role } from '../../domain/rights.js'
import { isShopRole, rightsMatrix, type Cell, type Jurisdiction, type Verdict } from '../../domain/rights-matrix.js'
import type { Actor } from '../../domain/actor.js'
import { aBadge, aFile, aLot, aPerson } from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW } from './actors.js'
import { reported, type Somebody } from './case-desk.js'
import { aMarket, tried, type Market } from './shop.js'

let world: World
let market: Market
/** What the cells are tried on: lots and cases of the shop in each state that an action needs. */
let on: Record<'active' | 'heldByOwner' | 'heldByUnit' | 'waiting' | 'inHand' | 'asked', string>
let officerMandate: number
const people = new Map<string, Somebody>()

beforeAll(async () => {
  world = await freshWorld()
  const { db } = world
  market = await aMarket(db)
  const { shop, wardOfficer, owner } = market
  await aBadge(db, { establishmentId: shop.id, issuedById: market.ward })
  const lot = () => aLot(db, { productId: market.orange.id, establishmentId: shop.id })
  const [active, heldByOwner, heldByUnit] = [await lot(), await lot(), await lot()]
  const atShop = async (kind: string) =>
    (await reported(db, { establishmentId: shop.id, kind, phone: '0912345678' })).number
  const [waiting, inHand, asked] = [await atShop('spoiled'), await atShop('hygiene'), await atShop('expired')]
  await db.transaction(async (tx) => {
    granted(await holdLot(tx, actorOf(owner), heldByOwner.code, 'Chờ giấy'))
    granted(await holdLot(tx, actorOf(wardOfficer), heldByUnit.code, 'Chờ kết quả'))
    granted(await acceptCase(tx, actorOf(wardOfficer), inHand))
    granted(await acceptCase(tx, actorOf(wardOfficer), asked))
    granted(await askShop(tx, actorOf(wardOfficer), asked, 'Hàng từ đâu?'))
  })
  on = { active: active.code, heldByOwner: heldByOwner.code, heldByUnit: heldByUnit.code, waiting, inHand, asked }
  officerMandate = (await db.prisma.mandate.findFirstOrThrow({ where: { personId: wardOfficer.id } })).id
  for (const { role, jurisdiction } of rightsMatrix()) {
    const key = `${role} ${jurisdiction}`
    if (!people.has(key)) people.set(key, await somebody(role, jurisdiction))
  }
})
afterAll(() => world.close())

async function somebody(role: Role, jurisdiction: Jurisdiction): Promise<Somebody> {
  const validTo = jurisdiction === 'ended' ? new Date(NOW.getTime() - 1000) : undefined
  if (isShopRole(role)) {
    const establishmentId = (jurisdiction === 'beside' ? market.rival : market.shop).id
    return aPerson(world.db, { works: [{ establishmentId, role: role as 'staff', validTo }] })
  }
  const unitId = jurisdiction === 'above' ? market.city : jurisdiction === 'beside' ? market.otherWard : market.ward
  const person = await aPerson(world.db, {
    mandates: [
      {
        unitId,
        role: role as 'viewer',
        validTo,
        ...(jurisdiction === 'other-sector' && { sector: 'health' }),
        ...(jurisdiction === 'other-class' && { class: 'farm' }),
      },
    ],
  })
  if (jurisdiction === 'suspended')
    await world.db.prisma.mandate.updateMany({ where: { personId: person.id }, data: { suspendedAt: NOW } })
  return person
}

const words = async (tx: Tx, { personId }: Actor) => ({
  reason: 'Vì thế',
  files: [(await aFile(tx, { personId })).id],
})

/** The function that each action stands for. */
const DO: Record<Action, (tx: Tx, actor: Actor) => Promise<unknown>> = {
  'establishment.see': async (tx, actor) =>
    (await searchEstablishments(tx, actor, { query: market.shop.code })).some(({ id }) => id === market.shop.id) ||
    refuse('refusal.establishment-unknown'),
  'establishment.invite-staff': (tx, actor) =>
    invite(tx, actor, { establishmentCode: market.shop.code, role: 'staff' }),
  'establishment.invite-owner': (tx, actor) =>
    invite(tx, actor, { establishmentCode: market.shop.code, role: 'owner' }),
  'establishment.print-badge': (tx, actor) => issueSign(tx, actor, market.shop.id, 'badge'),
  'establishment.print-window': (tx, actor) => issueSign(tx, actor, market.shop.id, 'window'),
  'product.see': (tx, actor) => catalogue(tx, actor, market.shop.id),
  'product.add': (tx, actor) => addProduct(tx, actor, market.shop.id, { name: 'Lê', uom: 'KGM' }),
  'lot.see': (tx, actor) => lotOf(tx, actor, on.active),
  'lot.register': (tx, actor) =>
    registerLot(tx, actor, {
      establishmentId: market.shop.id,
      product: { id: market.orange.id },
      quantity: 1,
      uom: 'KGM',
      origin: 'Cao Phong',
    }),
  'lot.correct': (tx, actor) => correctLot(tx, actor, on.active, { quantity: 7 }),
  'lot.issue-labels': (tx, actor) => issueLabels(tx, actor, on.active, { paper: '50x30', count: 1 }),
  'lot.sell-out': (tx, actor) => markSoldOut(tx, actor, on.active),
  'lot.hold': (tx, actor) => holdLot(tx, actor, on.active, 'Chờ'),
  'lot.release': (tx, actor) => releaseLot(tx, actor, on.heldByOwner),
  'lot.release-ordered': (tx, actor) => releaseLot(tx, actor, on.heldByUnit),
  'lot.recall': (tx, actor) => recallLot(tx, actor, on.active, 'Không đạt'),
  'unit.see': (tx, actor) => officialsOf(tx, actor, 'HN-P-BD'),
  'unit.invite': (tx, actor) => invite(tx, actor, { unitCode: 'HN-P-BD', role: 'officer' }),
  'unit.hand-over': (tx, actor) => handOver(tx, actor, 'HN-P-BD'),
  'unit.suspend': (tx, actor) => suspendOfficial(tx, actor, officerMandate),
  'unit.stand-in': (tx, actor) =>
    appointStandIn(tx, actor, {
      awayId: market.wardOfficer.id,
      standInId: market.otherOfficer.id,
      unitCode: 'HN-P-BD',
      from: NOW,
      to: new Date(NOW.getTime() + 1),
    }),
  'unit.switch-rules': (tx, actor) => switchRule(tx, actor, 'V01', 'HN-P-BD', false),
  'case.see': (tx, actor) => caseOf(tx, actor, on.waiting),
  'case.call-reporter': (tx, actor) => callReporter(tx, actor, on.waiting),
  'case.accept': (tx, actor) => acceptCase(tx, actor, on.waiting),
  'case.check': (tx, actor) => checkCase(tx, actor, on.inHand),
  'case.pass-on': async (tx, actor) =>
    passOnCase(tx, actor, on.waiting, { unitCode: 'HN-P-NH' }, await words(tx, actor)),
  'case.ask': (tx, actor) => askShop(tx, actor, on.inHand, 'Sao?'),
  'case.decide': async (tx, actor) => decideCase(tx, actor, on.inHand, await words(tx, actor)),
  'case.close': async (tx, actor) => closeCase(tx, actor, on.inHand, await words(tx, actor)),
  'case.refuse': async (tx, actor) => refuseCase(tx, actor, on.waiting, await words(tx, actor)),
  'case.reply': async (tx, actor) => replyAsShop(tx, actor, on.asked, await words(tx, actor)),
}

function verdictOf(answer: unknown): string {
  if (!isRefused(answer)) return 'allowed'
  const key = 'key' in answer.refused ? answer.refused.key : 'words'
  if (key === 'refusal.not-yours-to-do') return 'role'
  return key.endsWith('-unknown') ? 'unknown' : key
}

const CELLS = rightsMatrix()

test(`all ${CELLS.length} cells are as the matrix says, through the functions themselves`, async () => {
  const wrong: (Cell & { answered: string })[] = []
  for (const cell of CELLS) {
    const actor = actorOf(people.get(`${cell.role} ${cell.jurisdiction}`)!)
    const answered = verdictOf(await tried(world.db, (tx) => DO[cell.action](tx, actor)))
    if (answered !== cell.verdict) wrong.push({ ...cell, answered })
  }
  expect(wrong).toEqual([])
}, 120_000)

test('the count, and how it divides', () => {
  const count = (verdict: Verdict) => CELLS.filter((cell) => cell.verdict === verdict).length
  expect(CELLS).toHaveLength(1088)
  expect([count('allowed'), count('role'), count('unknown')]).toEqual([162, 143, 783])
})
