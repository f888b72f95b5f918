/** A small market for tests: a farm, a wholesaler and two shops in one ward, with their people and officials. */
import { seedBase } from '../../prisma/seed/base.js'
import { aPerson, aProduct, anEstablishment, type Ground } from '../../prisma/seed/builders.js'
import type { Db } from '../../server/db.js'
import type { Tx } from '../../prisma/tx.js'

export async function aMarket(on: Ground) {
  const units = await seedBase(on)
  const ward = units.get('HN-P-BD')!
  const otherWard = units.get('HN-P-GV')!
  const city = units.get('HN')!
  const farm = await anEstablishment(on, {
    name: 'Nông trại Gốc',
    class: 'farm',
    province: 'Phú Thọ',
    address: 'Xã Gốc',
  })
  const wholesaler = await anEstablishment(on, {
    name: 'Đầu mối Giữa',
    class: 'wholesaler',
    unitId: otherWard,
    address: 'Chợ Giữa',
  })
  const shop = await anEstablishment(on, {
    name: 'Cửa hàng Ngọn',
    class: 'fruit_shop',
    unitId: ward,
    address: 'Phố Ngọn',
  })
  const rival = await anEstablishment(on, { name: 'Cửa hàng Bên', class: 'fruit_shop', unitId: ward })
  const cakes = await anEstablishment(on, { name: 'Bánh Nhà', class: 'cake_maker', unitId: ward })
  const owner = await aPerson(on, { name: 'Chủ', works: [{ establishmentId: shop.id }] })
  const staff = await aPerson(on, { works: [{ establishmentId: shop.id, role: 'staff' }] })
  const other = await aPerson(on, { works: [{ establishmentId: rival.id }] })
  const farmer = await aPerson(on, { works: [{ establishmentId: farm.id }] })
  const trader = await aPerson(on, { works: [{ establishmentId: wholesaler.id }] })
  const baker = await aPerson(on, { works: [{ establishmentId: cakes.id }] })
  const wardOfficer = await aPerson(on, { mandates: [{ unitId: ward }] })
  const otherOfficer = await aPerson(on, { mandates: [{ unitId: otherWard }] })
  const cityAdmin = await aPerson(on, { mandates: [{ unitId: city, role: 'administrator' }] })
  const viewer = await aPerson(on, { mandates: [{ unitId: ward, role: 'viewer' }] })
  const orange = await aProduct(on, { establishmentId: shop.id, name: 'Cam Canh', shelfLifeDays: 14 })
  const farmOrange = await aProduct(on, { establishmentId: farm.id, name: 'Cam Canh', shelfLifeDays: 14 })
  const tradedOrange = await aProduct(on, { establishmentId: wholesaler.id, name: 'Cam Canh' })
  return {
    units,
    ward,
    otherWard,
    city,
    farm,
    wholesaler,
    shop,
    rival,
    cakes,
    owner,
    staff,
    other,
    farmer,
    trader,
    baker,
    wardOfficer,
    otherOfficer,
    cityAdmin,
    viewer,
    orange,
    farmOrange,
    tradedOrange,
  }
}
export type Market = Awaited<ReturnType<typeof aMarket>>

const BACK = new Error('back')

/** Runs `work` in a transaction that is taken back, so that the market stays as it was. */
export async function tried<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  let value: T | undefined
  await db
    .transaction(async (tx) => {
      value = await work(tx)
      throw BACK
    })
    .catch((error: unknown) => {
      if (error !== BACK) throw error
    })
  return value as T
}
