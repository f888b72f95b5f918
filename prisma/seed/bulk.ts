/**
 * Any number of lots, for benchmarks and load: rows made from an index and a seed, streamed in by COPY. The same seed on
 * an empty database gives the same data.
 */
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { BulkRows, dayText, PRODUCTS_A_SITE, type RowsOf } from './bulk-rows.js'
import { CATEGORIES } from './categories.js'

export interface BulkSize {
  lots: number
  /** Lots that are taken from another one: less than `lots` */
  links?: number
  /** Looks at codes */
  scans?: number
  randomSeed?: number
  /** The days of the data lie before this; by default today */
  now?: Date
}

const LOTS_A_SITE = 500
const SITES_MIN = 24
const SITES_MAX = 4000
const NAMES = ['Cam sành', 'Bưởi năm roi', 'Táo gió', 'Lê vàng', 'Nho mẫu đơn'] as const
/** Of a site's name, so that it is told from the demo's. */
const SITE_CODE = 'BULK'
/** Bytes that are handed to the database at once: fewer, larger pieces are copied faster. */
const CHUNK_CHARACTERS = 65_536
/** From this many lots on it is faster to build the other indexes anew than to keep them while copying. */
const REINDEX_FROM = 500_000
/** Copies the rows in; throws RangeError for sizes that cannot be. Returns rows by table. */
export async function seedBulk(url: string, size: BulkSize): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await new Bulk(client, size).run()
  } finally {
    await client.end()
  }
}

class Bulk {
  readonly #size: Required<BulkSize>
  readonly #counts: Record<string, number> = {}

  constructor(
    readonly client: pg.Client,
    { lots, links = Math.floor(lots * 0.7), scans = 0, randomSeed = 1, now = new Date() }: BulkSize,
  ) {
    if (!Number.isInteger(lots) || lots < 1) throw new RangeError('lots: a whole number of at least 1')
    if (!Number.isInteger(links) || links < 0 || links >= lots)
      throw new RangeError('links: a whole number below that of lots')
    if (!Number.isInteger(scans) || scans < 0) throw new RangeError('scans: a whole number of at least 0')
    this.#size = { lots, links, scans, randomSeed, now }
  }

  async run(): Promise<Record<string, number>> {
    const { client } = this
    await client.query(`set synchronous_commit = off; set maintenance_work_mem = '256MB'; set timezone = 'UTC'`)
    // The rows refer to each other rightly by construction; only a superuser may leave the checks out, others wait for them.
    await client.query('set session_replication_role = replica').catch(() => undefined)
    await client.query('begin')
    const rows = new BulkRows(await this.#ground())
    const indexes = this.#size.lots >= REINDEX_FROM ? await this.#dropIndexes() : []
    await this.#copy(
      'lots',
      'id, product_id, establishment_id, quantity, uom, origin, produced_on, harvested_on, expires_on, status, status_at, created_at',
      rows.lots(),
    )
    await this.#copy('codes', 'code, kind, lot_id, issued_at', rows.codes())
    await this.#copy(
      'events',
      'id, type, action, biz_step, disposition, event_time, record_time, place_id, stated_by_id',
      rows.events(),
    )
    await this.#copy('event_lots', 'event_id, lot_id, role, quantity, uom', rows.eventLots())
    await this.#copy('event_parties', 'event_id, side, establishment_id', rows.parties())
    await this.#copy('scans', 'at, code, lot_id, scanner, channel, means, verdict', rows.scans())
    for (const definition of indexes) await client.query(definition)
    await client.query('commit')
    await client.query('analyze')
    return this.#counts
  }

  /** Sites with their products, and the ids that the rows will have. */
  async #ground(): Promise<RowsOf> {
    const { lots, links, now, ...size } = this.#size
    const count = Math.min(SITES_MAX, Math.max(SITES_MIN, Math.ceil(lots / LOTS_A_SITE)))
    const producers = Math.ceil(count / 3)
    const firstEnterprise = await this.#ids('enterprises', count)
    const firstSite = await this.#ids('establishments', count)
    const firstProduct = await this.#ids('products', count * PRODUCTS_A_SITE)
    await this.#sites(count, producers, { firstEnterprise, firstSite, firstProduct })
    await this.#certify(firstSite, count)
    Object.assign(this.#counts, { establishments: count, products: count * PRODUCTS_A_SITE })
    return {
      ...size,
      lots,
      links,
      now: now.getTime(),
      producers,
      traders: count - producers,
      firstSite,
      firstProduct,
      firstLot: await this.#ids('lots', lots),
      firstEvent: await this.#ids('events', lots + links),
      taken: await this.#codesOfOthers(),
    }
  }

  async #sites(
    count: number,
    producers: number,
    ids: { firstEnterprise: number; firstSite: number; firstProduct: number },
  ): Promise<void> {
    const { client } = this
    const { firstEnterprise: enterprise, firstSite: site, firstProduct: product } = ids
    const category = CATEGORIES[0]!
    await client.query(
      `insert into product_categories (code, name, name_en, max_shelf_life_days) values ($1, $2, $3, $4) on conflict do nothing`,
      [category.code, category.name, category.nameEn, category.maxShelfLifeDays],
    )
    const wards = await client.query<{ id: number }>(
      `select id from units where kind = 'ward' and valid_to is null order by code`,
    )
    await client.query(
      `insert into enterprises (id, name, kind) select $1::int + i, 'Cơ sở mẫu ' || ($2::int + i), 'household' from generate_series(0, $3::int - 1) i`,
      [enterprise, site, count],
    )
    await client.query(
      `insert into establishments (id, code, enterprise_id, name, name_folded, class, sector, address, province, status)
       select $2::int + i, '${SITE_CODE}-' || ($2::int + i), $1::int + i, 'Cơ sở mẫu ' || ($2::int + i), 'co so mau ' || ($2::int + i),
         (case when i < $4::int then (array['farm', 'importer', 'cake_maker'])[1 + i % 3] when i % 2 = 0 then 'wholesaler' else 'fruit_shop' end)::establishment_class,
         (case when i < $4::int and i % 3 = 0 then 'agriculture' else 'trade' end)::sector, 'Số ' || i || ' phố Mẫu', 'Hà Nội', 'active'
       from generate_series(0, $3::int - 1) i`,
      [enterprise, site, count, producers],
    )
    if (wards.rows.length > 0)
      await client.query(
        `insert into establishment_units (establishment_id, unit_id, valid_from)
         select $1::int + i, ($3::int[])[1 + i % cardinality($3::int[])], date '2025-07-01' from generate_series(0, $2::int - 1) i`,
        [site, count, wards.rows.map(({ id }) => id)],
      )
    await client.query(
      `insert into products (id, establishment_id, category_code, name, name_folded, uom, shelf_life_days)
       select $1::int + i * ${PRODUCTS_A_SITE} + n - 1, $2::int + i, $4, ($5::text[])[n], ($6::text[])[n], 'KGM', 10 * n
       from generate_series(0, $3::int - 1) i, generate_series(1, ${PRODUCTS_A_SITE}) n`,
      [product, site, count, category.code, NAMES, ['cam sanh', 'buoi nam roi', 'tao gio', 'le vang', 'nho mau don']],
    )
  }

  /** A checked certificate for each, a badge for each shop: a card of the bulk is as full as any. */
  async #certify(site: number, count: number): Promise<void> {
    const city = await this.client.query<{ id: number }>(
      `select id from units where parent_id is null order by id limit 1`,
    )
    const unit = city.rows[0]?.id
    if (unit === undefined) return
    await this.client.query(
      `insert into certificates (establishment_id, kind, number, issuer, issued_on, valid_until, checked_at, checked_by_id)
       select $1::int + i, 'food_safety', '${SITE_CODE}-' || ($1::int + i), 'Sở chuyên ngành', $3::date - 400, $3::date + 600, $3::date - 30, $4
       from generate_series(0, $2::int - 1) i`,
      [site, count, dayText(this.#size.now.getTime()), unit],
    )
    await this.client.query(
      `insert into badges (establishment_id, number, issued_on, valid_until, issued_by_id)
       select id, '${SITE_CODE}-' || id, $3::date - 200, $3::date + 800, $4 from establishments
       where id >= $1::int and id < $1::int + $2::int and class = 'fruit_shop'`,
      [site, count, dayText(this.#size.now.getTime()), unit],
    )
  }

  async #codesOfOthers(): Promise<Set<string>> {
    const { rows } = await this.client.query<{ code: string }>(
      `select c.code from codes c left join lots l on l.id = c.lot_id left join establishments e on e.id = l.establishment_id
       where e.code is null or e.code not like '${SITE_CODE}-%'`,
    )
    return new Set(rows.map(({ code }) => code))
  }

  /** The first of so many ids that nobody else will be given. */
  async #ids(table: string, count: number): Promise<number> {
    const { rows } = await this.client.query<{ first: string }>(
      `select setval(s, nextval(s) + $2::bigint - 1) - $2::bigint + 1 as first from (select pg_get_serial_sequence($1, 'id')::regclass as s) q`,
      [table, count],
    )
    return Number(rows[0]!.first)
  }

  async #dropIndexes(): Promise<string[]> {
    const { rows } = await this.client.query<{ name: string; definition: string }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
       where i.indrelid = any(array['lots', 'codes', 'events', 'event_lots', 'event_parties', 'scans']::regclass[])
         and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by 1`,
    )
    for (const { name } of rows) await this.client.query(`drop index ${name}`)
    return rows.map(({ definition }) => definition)
  }

  async #copy(table: string, columns: string, rows: Generator<string>): Promise<void> {
    let count = 0
    function* chunks(): Generator<string> {
      let chunk = ''
      for (const row of rows) {
        count++
        chunk += row
        if (chunk.length >= CHUNK_CHARACTERS) {
          yield chunk
          chunk = ''
        }
      }
      if (chunk) yield chunk
    }
    await pipeline(Readable.from(chunks()), this.client.query(copyFrom(`copy ${table} (${columns}) from stdin`)))
    this.#counts[table] = count
  }
}
