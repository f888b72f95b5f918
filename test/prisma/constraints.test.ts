import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  aBadge,
  aCase,
  aCertificate,
  aChat,
  aFile,
  aLot,
  anEstablishmentCode,
  aPerson,
} from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { NOW } from '../domain/actors.js'
import { aMarket, tried, type Market } from '../domain/shop.js'
import { freshWorld, type World } from '../world.js'

let world: World
let market: Market
let ids: Record<string, number>
beforeAll(async () => {
  world = await freshWorld()
  const { db } = world
  market = await aMarket(db)
  const source = await aLot(db, {
    productId: market.tradedOrange.id,
    establishmentId: market.wholesaler.id,
    code: 'AAAA1',
  })
  const lot = await aLot(db, {
    productId: market.orange.id,
    establishmentId: market.shop.id,
    from: [source],
    code: 'AAAA2',
  })
  const event = await db.prisma.event.findFirstOrThrow({ where: { lots: { some: { lotId: lot.id } } } })
  const file = await aFile(db)
  await db.prisma.eventDocument.create({ data: { eventId: event.id, fileId: file.id, type: 'inv' } })
  const chat = await aChat(db)
  const badge = await aBadge(db, { establishmentId: market.shop.id, issuedById: market.ward, number: 'B1' })
  await aCertificate(db, { establishmentId: market.shop.id, number: 'C1' })
  await anEstablishmentCode(db, market.shop.id, 'AAAA3')
  await db.prisma.history.create({ data: { at: NOW, subject: 'lot', subjectId: String(lot.id), action: 'register' } })
  ids = {
    lot: lot.id,
    event: event.id,
    chat: chat.id,
    badge: badge.id,
    shop: market.shop.id,
    product: market.orange.id,
    ward: market.ward,
    city: market.city,
    person: (await aPerson(db, { works: [{ establishmentId: market.shop.id }] })).id,
    enterprise: market.shop.enterpriseId,
    case: (await aCase(db, { unitId: market.ward, reporters: [{ chatId: chat.id }] })).id,
  }
})
afterAll(() => world.close())

/** `{lot}` stands for an id. Answers the SQLSTATE, or 'accepted'. */
const attempt = (sql: string): Promise<string> =>
  tried(world.db, async (tx: Tx) => {
    const text = sql.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))
    return tx.run({ name: '', text }, []).then(
      () => 'accepted',
      (error: unknown) => (error as { code: string }).code,
    )
  })

const FOREIGN_KEY = '23503'
/** PostgreSQL 18 tells ON DELETE RESTRICT apart, earlier ones do not. */
const IN_USE = '23503 or 23001'
const UNIQUE = '23505'
const CHECK = '23514'
const EXCLUSION = '23P01'
const APPEND_ONLY = '23001'

describe('what the database refuses by itself', () => {
  test.each([
    [
      'a lot of no product',
      FOREIGN_KEY,
      `insert into lots (product_id, establishment_id, quantity, uom, status_at, created_at) values (0, {shop}, 1, 'KGM', now(), now())`,
    ],
    ['a lot of no establishment', FOREIGN_KEY, `update lots set establishment_id = 0 where id = {lot}`],
    ['a unit below no unit', FOREIGN_KEY, `update units set parent_id = 0 where id = {ward}`],
    [
      'an event at no place',
      FOREIGN_KEY,
      `insert into events (type, action, biz_step, event_time, record_time, place_id, stated_by_id) values ('object', 'add', 'x', now(), now(), 0, {shop})`,
    ],
    [
      'a membership of nobody',
      FOREIGN_KEY,
      `insert into memberships (person_id, establishment_id, role, valid_from) values (0, {shop}, 'staff', now())`,
    ],
    ['taking away an establishment that has lots', IN_USE, `delete from establishments where id = {shop}`],
    ['taking away a product that has lots', IN_USE, `delete from products where id = {product}`],
    ['taking away a unit that has establishments', IN_USE, `delete from units where id = {ward}`],
    [
      'a code twice',
      UNIQUE,
      `insert into codes (code, kind, establishment_id, issued_at) values ('AAAA3', 'establishment', {shop}, now())`,
    ],
    [
      'a second code of kind lot',
      UNIQUE,
      `insert into codes (code, kind, lot_id, issued_at) values ('AAAA9', 'lot', {lot}, now())`,
    ],
    [
      'a product’s name twice in a shop',
      UNIQUE,
      `insert into products (establishment_id, category_code, name, name_folded, uom) values ({shop}, 'fresh_fruit', 'CAM CANH', 'cam canh', 'KGM')`,
    ],
    [
      'a second open membership',
      UNIQUE,
      `insert into memberships (person_id, establishment_id, role, valid_from) values ({person}, {shop}, 'staff', now())`,
    ],
    [
      'a chat twice',
      UNIQUE,
      `insert into chats (channel, address) select channel, address from chats where id = {chat}`,
    ],
    [
      'a unit’s code twice',
      UNIQUE,
      `insert into units (code, kind, name, name_en, valid_from) values ('HN', 'city', 'x', 'x', '2020-01-01')`,
    ],
    [
      'a badge’s number twice',
      UNIQUE,
      `insert into badges (establishment_id, number, issued_on, valid_until, issued_by_id) values ({shop}, 'B1', '2026-01-01', '2027-01-01', {ward})`,
    ],
    [
      'an establishment in two units on one day',
      EXCLUSION,
      `insert into establishment_units (establishment_id, unit_id, valid_from, valid_to) values ({shop}, {city}, '2026-01-01', '2026-01-02')`,
    ],
    ['a unit that ends before it begins', CHECK, `update units set valid_to = '2000-01-01' where id = {ward}`],
    [
      'a share above the whole',
      CHECK,
      `insert into unit_successions (from_id, to_id, on_date, share) values ({ward}, {city}, '2026-01-01', 1.5)`,
    ],
    [
      'a unit that follows itself',
      CHECK,
      `insert into unit_successions (from_id, to_id, on_date) values ({ward}, {ward}, '2026-01-01')`,
    ],
    ['a badge that ends before it is issued', CHECK, `update badges set valid_until = '2000-01-01' where id = {badge}`],
    ['a badge suspended on no day', CHECK, `update badges set status = 'suspended' where id = {badge}`],
    ['a valid badge with a day of suspension', CHECK, `update badges set status_on = '2026-01-01' where id = {badge}`],
    ['a certificate checked by nobody', CHECK, `update certificates set checked_at = now() where number = 'C1'`],
    [
      'a forgotten person with a name',
      CHECK,
      `update people set erased_at = now(), display_name = 'x' where id = {person}`,
    ],
    [
      'an invitation to two things',
      CHECK,
      `insert into invitations (code, establishment_id, membership_role, unit_id, mandate_role, created_at, expires_at) values ('x', {shop}, 'staff', {ward}, 'officer', now(), now())`,
    ],
    [
      'an invitation to nothing',
      CHECK,
      `insert into invitations (code, created_at, expires_at) values ('x', now(), now())`,
    ],
    [
      'a code in other letters',
      CHECK,
      `insert into codes (code, kind, establishment_id, issued_at) values ('aaaa', 'establishment', {shop}, now())`,
    ],
    [
      'a code of two things',
      CHECK,
      `insert into codes (code, kind, establishment_id, badge_id, issued_at) values ('AAAA8', 'badge', {shop}, {badge}, now())`,
    ],
    ['a code of nothing', CHECK, `insert into codes (code, kind, issued_at) values ('AAAA8', 'lot', now())`],
    ['a lot of nothing', CHECK, `update lots set quantity = 0 where id = {lot}`],
    [
      'a lot that ends before it is made',
      CHECK,
      `update lots set produced_on = '2026-02-01', expires_on = '2026-01-01' where id = {lot}`,
    ],
    ['a product that never keeps', CHECK, `update products set shelf_life_days = 0 where id = {product}`],
    ['a GTIN of thirteen', CHECK, `update products set gtin = '0893000000001' where id = {product}`],
    [
      'a transformation with an action',
      CHECK,
      `insert into events (type, action, biz_step, event_time, record_time, stated_by_id) values ('transformation', 'add', 'x', now(), now(), {shop})`,
    ],
    [
      'an object event without an action',
      CHECK,
      `insert into events (type, biz_step, event_time, record_time, stated_by_id) values ('object', 'x', now(), now(), {shop})`,
    ],
    ['an error without a reason', CHECK, `update events set error_at = now() where id = {event}`],
    [
      'an amount without its unit',
      CHECK,
      `insert into event_lots (event_id, lot_id, role, quantity) values ({event}, {lot}, 'object', 1)`,
    ],
    ['a party without a name', CHECK, `insert into event_parties (event_id, side) values ({event}, 'source')`],
    ['a language that nobody speaks here', CHECK, `update chats set language = 'fr' where id = {chat}`],
    ['changing history', APPEND_ONLY, `update history set action = 'x'`],
    ['taking history away', APPEND_ONLY, `delete from history`],
    ['emptying history', APPEND_ONLY, `truncate history`],
    ['taking an event away', APPEND_ONLY, `delete from events where id = {event}`],
    ['changing an event', APPEND_ONLY, `update events set biz_step = 'x' where id = {event}`],
    [
      'changing an event with its error declaration',
      APPEND_ONLY,
      `update events set error_at = now(), error_reason = 'x', event_time = now() where id = {event}`,
    ],
    ['changing what an event was about', APPEND_ONLY, `update event_lots set quantity = 1 where event_id = {event}`],
    ['taking away what an event was about', APPEND_ONLY, `delete from event_lots where event_id = {event}`],
    ['changing a party', APPEND_ONLY, `update event_parties set name = 'x'`],
    ['taking a paper away', APPEND_ONLY, `delete from event_documents where event_id = {event}`],
    ['a case without a unit', FOREIGN_KEY, `update cases set unit_id = 0 where id = {case}`],
    ['a case of no kind', FOREIGN_KEY, `update cases set kind_code = 'x' where id = {case}`],
    ['a handler of a case that nobody accepted', CHECK, `update cases set handler_id = {person} where id = {case}`],
    [
      'a closed case whose clock runs',
      CHECK,
      `update cases set status = 'closed', clock = 'handle', clock_from = now() where id = {case}`,
    ],
    ['a clock that began at no time', CHECK, `update cases set clock = 'accept', clock_from = null where id = {case}`],
    [
      'a second report of one person on one fact',
      UNIQUE,
      `insert into reports (case_id, chat_id, at) values ({case}, {chat}, now())`,
    ],
    ['six stars', CHECK, `update reports set rating = 6, rated_at = now() where case_id = {case}`],
    ['stars without a time', CHECK, `update reports set rating = 5 where case_id = {case}`],
    [
      'a sixth photo',
      CHECK,
      `insert into report_photos (report_id, position, file_id) select r.id, 6, f.id from reports r, files f limit 1`,
    ],
    [
      'two open questions to one shop',
      UNIQUE,
      `insert into case_questions (case_id, "to", asked_at, asked) select {case}, 'shop', now(), 'x' from generate_series(1, 2)`,
    ],
    [
      'a question to no reporter',
      CHECK,
      `insert into case_questions (case_id, "to", asked_at, asked) values ({case}, 'reporter', now(), 'x')`,
    ],
    ['changing a step of a case', APPEND_ONLY, `update case_steps set reason = 'x' where case_id = {case}`],
    ['taking a step of a case away', APPEND_ONLY, `delete from case_steps where case_id = {case}`],
    [
      'a trial that opened a case',
      CHECK,
      `insert into findings (rule_code, fact, shadow, at, happened_at, unit_id, evidence, case_id) values ('V01', 'x', true, now(), now(), {ward}, '{}', {case})`,
    ],
    [
      'a fact twice',
      UNIQUE,
      `insert into findings (rule_code, fact, shadow, at, happened_at, unit_id, evidence) select 'V01', 'x', false, now(), now(), {ward}, '{}' from generate_series(1, 2)`,
    ],
    [
      'two severities of a kind on one day',
      EXCLUSION,
      `insert into violation_terms (kind_code, valid_from, severity, legal_basis, join_days) values ('expired', '2026-01-01', 'normal', 'x', 1)`,
    ],
    [
      'office hours over each other',
      EXCLUSION,
      `insert into working_hours (weekday, opens, closes, valid_from, source) values (1, 500, 600, '2026-01-01', 'x')`,
    ],
    [
      'an office that closes before it opens',
      CHECK,
      `insert into working_hours (weekday, opens, closes, valid_from, source) values (7, 600, 500, '2026-01-01', 'x')`,
    ],
    ['a ninth day of the week', CHECK, `update calendar_days set as_weekday = 9`],
    [
      'two open deadlines',
      UNIQUE,
      `insert into deadlines select severity, clock, '2026-01-01', null, 1, 0.5, 1, true, 'x' from deadlines where severity = 'urgent' and clock = 'accept'`,
    ],
    [
      'a stand-in without an end',
      CHECK,
      `update mandates set stands_in_for_id = (select max(id) + 1 from mandates) where id = (select min(id) from mandates)`,
    ],
    [
      'staff invited for a sector',
      CHECK,
      `insert into invitations (code, establishment_id, membership_role, sector, created_at, expires_at) values ('I9', {shop}, 'staff', 'trade', now(), now())`,
    ],
  ])('%s: %s', async (_, state, sql) => {
    expect(state.split(' or ')).toContain(await attempt(sql))
  })

  test.each([
    ['an error declaration', `update events set error_at = now(), error_reason = 'incorrect_data' where id = {event}`],
    [
      'an establishment in another unit on other days',
      `insert into establishment_units (establishment_id, unit_id, valid_from, valid_to) values ({shop}, {city}, '2020-01-01', '2020-12-31')`,
    ],
    [
      'a lot that ends on the day it is made',
      `update lots set produced_on = '2026-02-01', expires_on = '2026-02-01' where id = {lot}`,
    ],
    [
      'a code of one unit of a lot',
      `insert into codes (code, kind, lot_id, issued_at) values ('AAAA9', 'serial', {lot}, now())`,
    ],
    [
      'a closed membership beside an open one',
      `insert into memberships (person_id, establishment_id, role, valid_from, valid_to) values ({person}, {shop}, 'staff', '2020-01-01', '2020-02-01')`,
    ],
  ])('and what it accepts: %s', async (_, sql) => {
    expect(await attempt(sql)).toBe('accepted')
  })

  test('an error is declared once', async () => {
    const declare = `update events set error_at = now(), error_reason = 'incorrect_data' where id = ${ids.event}`
    await tried(world.db, async (tx) => {
      await tx.run({ name: '', text: declare }, [])
      await expect(tx.run({ name: '', text: declare }, [])).rejects.toMatchObject({ code: APPEND_ONLY })
    })
  })
})
