import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { lookUp, type LotProvenance } from '../../domain/provenance.js'
import { seedBase } from '../../prisma/seed/base.js'
import { seedBulk } from '../../prisma/seed/bulk.js'
import { readProvenance } from '../../prisma/statements/provenance.js'
import { isCode } from '../../qr/codes.js'
import { NOW } from '../domain/actors.js'
import { freshWorld, type World } from '../world.js'

const SIZE = { lots: 3000, links: 2000, scans: 500, randomSeed: 42, now: NOW }
let world: World
let counts: Record<string, number>
beforeAll(async () => {
  world = await freshWorld()
  await seedBase(world.db)
  counts = await seedBulk(world.url, SIZE)
})
afterAll(() => world.close())

const one = async <T>(text: string, of: World = world): Promise<T> =>
  (await of.db.run<T, []>({ name: '', text }, []))[0]!
/** A digest of everything that the seed made, order aside. */
const digestOf = (of: World): Promise<{ digest: string }> =>
  one(
    `select md5(string_agg(line, '' order by line)) as digest from (
       select l::text || c.code as line from lots l join codes c on c.lot_id = l.id
       union all select e::text from events e union all select x::text from event_lots x union all select p::text from event_parties p
       union all select s::text from scans s) all_lines`,
    of,
  )

describe('any number of lots', () => {
  test('as many rows as asked for', () => {
    expect(counts).toMatchObject({
      lots: 3000,
      codes: 3000,
      events: 5000,
      event_lots: 1000 + 2 * 2000 + 2000,
      event_parties: 4000,
      scans: 500,
    })
  })

  test('every code is right, every chain has 1 to 5 steps, reaches a producer, and goes forward in time', async () => {
    const codes = await world.db.prisma.code.findMany({ orderBy: { lotId: 'asc' } })
    expect(codes.filter(({ code }) => !isCode(code))).toEqual([])
    const lengths = new Set<number>()
    for (const { code } of [...codes.slice(0, 20), ...codes.slice(-60), ...codes.slice(1500, 1540)]) {
      const lot = (await lookUp(world.db, code, { now: NOW })) as LotProvenance
      expect(lot.verified.chain.complete).toBe(true)
      expect(lot.certificates.length).toBeGreaterThan(0)
      expect(new Set(lot.steps.map(({ product }) => product)).size).toBe(1)
      lengths.add(lot.steps.length)
    }
    expect([...lengths].sort()).toEqual(expect.arrayContaining([1, 5]))
    expect(Math.max(...lengths)).toBe(5)
    expect(
      await one(`select count(*)::int as wrong from event_lots i join event_lots o on o.event_id = i.event_id and o.role = 'output'
      join lots a on a.id = i.lot_id join lots b on b.id = o.lot_id where i.role = 'input' and a.created_at >= b.created_at`),
    ).toEqual({ wrong: 0 })
    expect((await one<{ newest: Date }>('select max(created_at) as newest from lots')).newest < NOW).toBe(true)
  })

  test('nothing points to nothing, though the checks were left out while copying', async () => {
    const keys = await world.db.run<{ child: string; columns: string; parent: string }, []>(
      {
        name: '',
        text: `select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent,
          (select string_agg(format('p.%I = c.%I', pa.attname, ca.attname), ' and ') from unnest(c.conkey, c.confkey) k(child, parent)
             join pg_attribute ca on ca.attrelid = c.conrelid and ca.attnum = k.child
             join pg_attribute pa on pa.attrelid = c.confrelid and pa.attnum = k.parent) as columns
          from pg_constraint c where c.contype = 'f'`,
      },
      [],
    )
    expect(keys.length).toBeGreaterThan(30)
    for (const { child, parent, columns } of keys) {
      const own = /c\.("?\w+"?)/.exec(columns)![1]!
      const text = `select count(*)::int as lost from ${child} c where c.${own} is not null and not exists (select from ${parent} p where ${columns})`
      expect([child, columns, await one(text)]).toEqual([child, columns, { lost: 0 }])
    }
  })

  test('ids go on after it: a row made by hand finds its place', async () => {
    const { max } = await one<{ max: number }>('select max(id) as max from lots')
    const lot = await one<{
      id: number
    }>(`insert into lots (product_id, establishment_id, quantity, uom, status_at, created_at)
      select product_id, establishment_id, 1, 'KGM', now(), now() from lots limit 1 returning id`)
    expect(lot.id).toBe(max + 1)
    await world.db.run({ name: '', text: `delete from lots where id = ${lot.id}` }, [])
  })

  test('the same seed makes the same, another one does not; a second time it adds', async () => {
    const digests: string[] = []
    for (const randomSeed of [SIZE.randomSeed, 43]) {
      const other = await freshWorld()
      await seedBase(other.db)
      await seedBulk(other.url, { ...SIZE, randomSeed })
      digests.push((await digestOf(other)).digest)
      await other.close()
    }
    const here = (await digestOf(world)).digest
    expect([digests[0] === here, digests[1] === here]).toEqual([true, false])
    await seedBulk(world.url, { lots: 100, links: 0 })
    expect(await one('select count(*)::int as lots from lots')).toEqual({ lots: 3100 })
  })

  test.each([{ lots: 0 }, { lots: 1.5 }, { lots: 10, links: 10 }, { lots: 10, links: -1 }, { lots: 10, scans: -1 }])(
    '%j cannot be',
    async (size) => {
      await expect(seedBulk(world.url, size)).rejects.toThrow(RangeError)
    },
  )
})

describe('hot statements use their indexes', () => {
  const SMALL = [
    'units',
    'files',
    'badges',
    'certificates',
    'product_categories',
    'establishment_units',
    'establishments',
    'products',
    'unit_successions',
  ]

  /** Tables that the plan of a prepared statement, as it is kept for all values, reads from end to end. */
  const readWhole = async (text: string, types: string, values: string): Promise<string[]> =>
    world.db.transaction(async (tx) => {
      await tx.run({ name: '', text: `set local plan_cache_mode = force_generic_plan` }, [])
      await tx.run({ name: '', text: `prepare hot (${types}) as ${text}` }, [])
      const [row] = await tx.run<{ 'QUERY PLAN': unknown }, []>(
        { name: '', text: `explain (format json) execute hot (${values})` },
        [],
      )
      await tx.run({ name: '', text: 'deallocate hot' }, [])
      return [
        ...JSON.stringify(row!['QUERY PLAN']).matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g),
      ].map(([, table]) => table!)
    })

  test('provenance reads no large table whole', async () => {
    const whole = await readWhole(readProvenance.text, 'text, date, text[]', `'AAAAAAAAA', '2026-11-24', '{}'`)
    expect(whole.filter((table) => !SMALL.includes(table))).toEqual([])
  })

  test.each([
    [
      'a lot’s newest events',
      `select event_id from event_lots where lot_id = $1::int and role = 'object' order by event_id desc limit 12`,
      'int',
      '1',
    ],
    [
      'an establishment’s lots',
      `select id from lots where establishment_id = $1::int order by created_at desc limit 10`,
      'int',
      '1',
    ],
    ['looks at a lot', `select count(*) from scans where lot_id = $1::int and at > now()`, 'int', '1'],
    [
      'what one scanner looked at',
      `select count(*) from scans where scanner = $1::bytea and at > now()`,
      'bytea',
      `'\\x00'`,
    ],
    ['an establishment’s events', `select id from events where place_id = $1::int and event_time > now()`, 'int', '1'],
    ['the codes of a lot', `select code from codes where lot_id = $1::int`, 'int', '1'],
  ])('%s', async (_, text, types, values) => {
    expect(await readWhole(text, types, values)).toEqual([])
  })
})
