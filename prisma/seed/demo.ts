/** Puts the demo into an empty database: all or nothing, and once. */
import { fold } from '../../locales/fold.js'
import type { LotStatus } from '../generated/enums.js'
import { DEMO_LOCK } from '../locks.js'
import { statement, type Database, type Tx } from '../tx.js'
import { seedBase } from './base.js'
import {
  aBadge,
  aCase,
  aCertificate,
  aLot,
  anEstablishment,
  anEstablishmentCode,
  anEvent,
  aPerson,
  daysFrom,
} from './builders.js'
import {
  CASES,
  codeOfBadge,
  codeOfLot,
  codeOfSite,
  CONSUMERS,
  LOTS,
  OFFICIALS,
  PRODUCTS,
  SITES,
  type DemoCase,
  type DemoLot,
  type DemoSite,
} from './demo-data.js'
import { readDemoMark, writeDemoMark } from '../statements/demo.js'
import { TWO_TIERS_FROM } from './units.js'
import { VIOLATIONS } from './violations.js'

export { DEMO_CODES } from './demo-data.js'

export interface DemoParts {
  /** The file store, as far as it is needed here. */
  files: { put(bytes: Uint8Array, about: { mime: string }): Promise<{ key: string; sha256: string }> }
  /** Today, by the house's clock */
  now: Date
  /** Draws a product's picture as PNG; `hue` in degrees, 0 to 360 */
  picture: (name: string, hue: number) => Promise<Buffer>
}

const lockDemo = statement<object, []>('demo_lock', `select pg_advisory_xact_lock(${DEMO_LOCK})`)
const HOUR_MS = 3_600_000
/** When shops and officials of the demo began. */
const BEGAN = new Date('2022-01-10')
const TWO_TIERS = new Date(TWO_TIERS_FROM)
const LAST_OF_DISTRICT = daysFrom(TWO_TIERS, -1)
/** Old codes of a badge: issued for three years. */
const BADGE_DAYS = 1095

/** True when it was put in, false when it was there already. Two at once: the second waits, and finds it there. */
export async function seedDemo(db: Database, { files, now, picture }: DemoParts): Promise<boolean> {
  // Drawn and stored before the transaction, which then has nothing to wait for.
  const pictures = await Promise.all(PRODUCTS.map(({ name, hue }) => storePicture(files, picture, name, hue)))
  return db.transaction(async (tx) => {
    await tx.run(lockDemo, [])
    const [mark] = await tx.run(readDemoMark, [])
    if (mark?.seeded) return false
    await new Demo(tx, now, await seedBase(tx)).build(pictures)
    await tx.run(writeDemoMark, [JSON.stringify({ seededAt: now.toISOString() })])
    return true
  })
}

interface Picture {
  key: string
  sha256: Uint8Array<ArrayBuffer>
  bytes: number
  mime: string
  width: number
  height: number
}

const PNG = 'image/png'

async function storePicture(
  files: DemoParts['files'],
  picture: DemoParts['picture'],
  name: string,
  hue: number,
): Promise<Picture> {
  const bytes = await picture(name, hue)
  const { key, sha256 } = await files.put(bytes, { mime: PNG })
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  return { key, sha256: new Uint8Array(Buffer.from(sha256, 'hex')), bytes: bytes.length, mime: PNG, ...size }
}

/** One demo being built: what was made so far, by key. */
class Demo {
  readonly #sites = new Map<string, { id: number; ownerId: number; data: DemoSite }>()
  readonly #products = new Map<string, { id: number; uom: string; shelfLifeDays: number }>()
  readonly #lots = new Map<
    string,
    { id: number; establishmentId: number; harvestedOn: Date | null; producedOn: Date | null; expiresOn: Date | null }
  >()
  readonly #pictures = new Map<string, number>()

  constructor(
    readonly tx: Tx,
    readonly now: Date,
    readonly units: ReadonlyMap<string, number>,
  ) {}

  async build(pictures: Picture[]): Promise<void> {
    const rows = await this.tx.prisma.file.createManyAndReturn({ data: pictures, select: { id: true } })
    PRODUCTS.forEach(({ name }, i) => this.#pictures.set(name, rows[i]!.id))
    for (const site of SITES) await this.#site(site)
    for (const { persona, name, unit, role } of OFFICIALS) {
      const validTo = unit === 'HN-BD' ? TWO_TIERS : undefined
      const validFrom = unit.startsWith('HN-P-') ? TWO_TIERS : BEGAN
      await aPerson(this.tx, { persona, name, mandates: [{ unitId: this.#unit(unit), role, validFrom, validTo }] })
    }
    for (const { persona, name } of CONSUMERS) await aPerson(this.tx, { persona, name })
    await this.#productsOfSites()
    for (const lot of LOTS) await this.#lot(lot)
    for (const one of CASES) await this.#case(one)
  }

  /** No clock runs on what the demo brings: nobody is told of what they have seen. */
  async #case({ kind, site, lot, words, openedHoursAgo, handler, unit, rating, steps }: DemoCase): Promise<void> {
    const chatOf = (address: string) =>
      this.tx.prisma.chat.findUniqueOrThrow({ where: { channel_address: { channel: 'console', address } } })
    const [reporter, official] = [await chatOf(CONSUMERS[0].persona), await chatOf(handler)]
    const at = (hours: number) => new Date(this.now.getTime() - hours * HOUR_MS)
    const place = this.#sites.get(site)!
    await aCase(this.tx, {
      kindCode: kind,
      severity: VIOLATIONS.find(({ code }) => code === kind)!.severity,
      unitId: this.#unit(unit),
      establishmentId: place.id,
      class: place.data.class,
      sector: 'trade',
      lotId: lot === undefined ? null : this.#lots.get(lot)!.id,
      openedAt: at(openedHoursAgo),
      arrivedAt: at(openedHoursAgo),
      handlerId: official.personId,
      reporters: [{ chatId: reporter.id, words, rating }],
      steps: steps.map(({ action, to, hoursAgo, reason }) => ({
        action,
        toStatus: to,
        at: at(hoursAgo),
        reason,
        personId: official.personId!,
      })),
    })
  }

  #unit(code: string): number {
    const id = this.units.get(code)
    if (id === undefined) throw new Error(`No unit ${code}`)
    return id
  }

  /** The city's unit in charge of a site at a moment; farms beyond it are checked by the city itself. */
  #inCharge({ wards }: DemoSite, at: Date): number {
    return this.#unit(wards === null ? 'HN' : at < TWO_TIERS ? 'HN-BD' : wards[1])
  }

  async #site(data: DemoSite): Promise<void> {
    const { key, code, name, class: ofClass, enterprise, address, province, wards, owner, staff, namedInChain } = data
    const owning = await this.tx.prisma.enterprise.create({
      data: { name, kind: enterprise, createdAt: BEGAN },
      select: { id: true },
    })
    const site = await anEstablishment(this.tx, {
      code,
      name,
      class: ofClass,
      enterpriseId: owning.id,
      address,
      province,
      namedInChain,
      createdAt: BEGAN,
      units: wards === null ? [] : this.#wardsOf(wards),
    })
    const at = { establishmentId: site.id, validFrom: BEGAN }
    const { id: ownerId } = await aPerson(this.tx, { ...owner, works: [{ ...at, role: 'owner' }] })
    if (staff) await aPerson(this.tx, { ...staff, works: [{ ...at, role: 'staff' }] })
    this.#sites.set(key, { id: site.id, ownerId, data })
    await anEstablishmentCode(this.tx, site.id, codeOfSite(key), BEGAN)
    await this.#signs(data, site.id)
  }

  /** The ward of old to the last day of the district, with its merger; today's ward since. */
  #wardsOf([old, now]: [string, string]): { unitId: number; validFrom: Date; validTo?: Date }[] {
    const merged = new Date('2025-01-01')
    const before =
      old === 'HN-BD-NTT'
        ? [
            { unitId: this.#unit(old), validFrom: BEGAN, validTo: daysFrom(merged, -1) },
            { unitId: this.#unit('HN-BD-TB'), validFrom: merged, validTo: LAST_OF_DISTRICT },
          ]
        : [{ unitId: this.#unit(old), validFrom: BEGAN, validTo: LAST_OF_DISTRICT }]
    return [...before, { unitId: this.#unit(now), validFrom: TWO_TIERS }]
  }

  async #signs(site: DemoSite, establishmentId: number): Promise<void> {
    const { key, code, badge, certificates } = site
    if (badge) {
      const validUntil = this.#day(badge.endsIn)
      const issuedOn = daysFrom(validUntil, -BADGE_DAYS)
      await aBadge(this.tx, {
        establishmentId,
        issuedOn,
        validUntil,
        issuedById: this.#inCharge(site, issuedOn),
        status: badge.status,
        ...(badge.stoppedIn !== undefined && { statusOn: this.#day(badge.stoppedIn) }),
        number: `BND-${code}`,
        code: codeOfBadge(key),
      })
    }
    const checkedAt = daysFrom(this.now, -45)
    for (const { kind, endsIn, checked, scope } of certificates)
      await aCertificate(this.tx, {
        establishmentId,
        kind,
        number: `${kind.toUpperCase().replace('_', '-')}/${code}`,
        issuer: kind === 'vietgap' ? 'Tổ chức chứng nhận Mầm Xanh' : 'Sở chuyên ngành',
        issuedOn: this.#day(-400),
        validUntil: endsIn === null ? null : this.#day(endsIn),
        scope,
        ...(checked && { checkedAt, checkedById: this.#inCharge(site, checkedAt) }),
      })
  }

  /** Midnight UTC of the day, in Việt Nam's calendar, so many days from today: how a date column is written. */
  #day(days: number): Date {
    const inVietNam = new Date(this.now.getTime() + 7 * HOUR_MS)
    return daysFrom(new Date(inVietNam.toISOString().slice(0, 10)), days)
  }

  /** Every site's catalogue: what it has had a lot of. */
  async #productsOfSites(): Promise<void> {
    const wanted = [...new Map(LOTS.map(({ site, product }) => [`${site}/${product}`, { site, product }])).entries()]
    const rows = await this.tx.prisma.product.createManyAndReturn({
      data: wanted.map(([, { site, product }]) => {
        const { name, category, uom, shelfLifeDays } = PRODUCTS.find(({ name }) => name === product)!
        return {
          establishmentId: this.#sites.get(site)!.id,
          categoryCode: category,
          name,
          nameFolded: fold(name),
          uom,
          shelfLifeDays,
          pictureId: this.#pictures.get(name),
          createdAt: BEGAN,
        }
      }),
      select: { id: true, uom: true, shelfLifeDays: true },
    })
    wanted.forEach(([key], i) => this.#products.set(key, { ...rows[i]!, shelfLifeDays: rows[i]!.shelfLifeDays! }))
  }

  async #lot({ key, site, product, ago, quantity, from, made, origin, after }: DemoLot): Promise<void> {
    const { id: establishmentId, ownerId } = this.#sites.get(site)!
    const { id: productId, uom, shelfLifeDays } = this.#products.get(`${site}/${product}`)!
    const sources = from.map((source) => this.#lots.get(source)!)
    // The later in the table, the later in its day: what is taken comes after what it is taken from, and all before now.
    const place = LOTS.findIndex((lot) => lot.key === key) / LOTS.length
    const createdAt = new Date(this.now.getTime() - ago * 24 * HOUR_MS - (1 - place) * 2 * HOUR_MS)
    const begun = this.#day(-ago)
    const grown = this.#sites.get(site)!.data.class === 'farm'
    const dates =
      sources.length > 0 && !made
        ? { harvestedOn: sources[0]!.harvestedOn, producedOn: sources[0]!.producedOn, expiresOn: sources[0]!.expiresOn }
        : {
            harvestedOn: grown ? begun : null,
            producedOn: grown ? null : begun,
            expiresOn: daysFrom(begun, shelfLifeDays),
          }
    const lot = await aLot(this.tx, {
      code: codeOfLot(key),
      establishmentId,
      productId,
      quantity,
      uom,
      origin,
      createdAt,
      createdById: ownerId,
      from: sources,
      made,
      ...dates,
    })
    this.#lots.set(key, { id: lot.id, establishmentId, ...dates })
    if (after) await this.#settle(lot.id, site, after)
  }

  async #settle(
    lotId: number,
    site: string,
    status: Extract<LotStatus, 'sold_out' | 'held' | 'recalled'>,
  ): Promise<void> {
    const { id: establishmentId, data } = this.#sites.get(site)!
    const at = new Date(this.now.getTime() - HOUR_MS)
    const { bizStep, disposition, reason } = AFTER[status]
    await this.tx.prisma.lot.update({
      where: { id: lotId },
      data: {
        status,
        statusAt: at,
        statusReason: reason,
        statusUnitId: reason === null ? null : this.#inCharge(data, at),
      },
    })
    await anEvent(this.tx, {
      type: 'object',
      action: 'observe',
      bizStep,
      disposition,
      eventTime: at,
      placeId: establishmentId,
      statedById: establishmentId,
      lots: [{ lotId, role: 'object' }],
    })
  }
}

const AFTER = {
  sold_out: { bizStep: 'retail_selling', disposition: 'retail_sold', reason: null },
  held: { bizStep: 'holding', disposition: 'non_sellable_other', reason: 'Chờ kết quả kiểm nghiệm' },
  recalled: { bizStep: 'holding', disposition: 'recalled', reason: 'Kết quả kiểm nghiệm không đạt: có hàn the' },
} as const
