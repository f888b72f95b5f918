import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addDays } from '../../domain/days.js'
import { ancestorsOf, successorsOf, unitOfCode, unitOfEstablishment, unitsAt } from '../../domain/units.js'
import { seedBase } from '../../prisma/seed/base.js'
import { SUCCESSIONS, UNITS } from '../../prisma/seed/units.js'
import { freshWorld, type World } from '../world.js'

let world: World
let ids: Map<string, number>
beforeAll(async () => {
  world = await freshWorld()
  ids = await seedBase(world.db)
})
afterAll(() => world.close())

const codesAt = async (day: string) => (await unitsAt(world.db, day)).map(({ code }) => code)

describe('both trees of Ba Đình', () => {
  test('14 wards to the end of 2024, 13 to 30/6/2025, 4 since', async () => {
    const wards = async (day: string) => (await unitsAt(world.db, day)).filter(({ kind }) => kind === 'ward').length
    expect(
      await Promise.all(['2024-12-31', '2025-01-01', '2025-06-30', '2025-07-01', '2026-11-24'].map(wards)),
    ).toEqual([14, 13, 13, 4, 4])
    expect(await codesAt('2026-11-24')).toEqual(['HN', 'HN-P-BD', 'HN-P-GV', 'HN-P-HH', 'HN-P-NH'])
    expect(await codesAt('2025-06-30')).toEqual(expect.arrayContaining(['HN', 'HN-BD', 'HN-BD-QT', 'HN-BD-TB']))
    expect(await codesAt('2025-01-01')).not.toContain('HN-BD-NTT')
  })

  test('no orphan on any day: every unit but the city has a parent that stands', async () => {
    for (const day of ['2020-01-01', '2024-12-31', '2025-01-01', '2025-06-30', '2025-07-01', '2026-11-24']) {
      const units = await unitsAt(world.db, day)
      const standing = new Set(units.map(({ id }) => id))
      expect(units.filter(({ parentId }) => parentId === null).map(({ code }) => code)).toEqual(['HN'])
      expect(units.filter(({ parentId }) => parentId !== null && !standing.has(parentId))).toEqual([])
    }
  })

  test('every unit that ended has successors that stand from the next day on', async () => {
    for (const unit of UNITS.filter(({ validTo }) => validTo !== null)) {
      const next = await successorsOf(world.db, ids.get(unit.code)!)
      expect(next.length).toBeGreaterThan(0)
      for (const successor of next) {
        expect(successor.onDate).toBe(addDays(unit.validTo!, 1))
        expect(await codesAt(successor.onDate)).toContain(successor.code)
      }
    }
  })

  test('split wards are many to many, without a share and not verified; whole ones are', async () => {
    const told = async (code: string) =>
      (await successorsOf(world.db, ids.get(code)!)).map(({ code, share, verified }) => [code, share, verified])
    expect(await told('HN-BD-KM')).toEqual([
      ['HN-P-BD', null, false],
      ['HN-P-GV', null, false],
      ['HN-P-NH', null, false],
    ])
    expect(await told('HN-BD-TB')).toEqual([['HN-P-BD', 1, true]])
    expect(await told('HN-BD-NTT')).toEqual([['HN-BD-TB', 1, true]])
    expect(await told('HN-BD-PX')).toEqual([['HN-P-HH', null, false]])
    expect(await told('HN')).toEqual([])
    expect(SUCCESSIONS.filter(({ share, verified }) => verified !== (share !== null))).toEqual([])
  })

  test('upwards from a ward, in its own time', async () => {
    const up = async (code: string) => (await ancestorsOf(world.db, ids.get(code)!)).map((unit) => unit.code)
    expect(await up('HN-BD-QT')).toEqual(['HN-BD-QT', 'HN-BD', 'HN'])
    expect(await up('HN-P-BD')).toEqual(['HN-P-BD', 'HN'])
  })

  test('seeding again changes nothing', async () => {
    const before = await world.db.prisma.unit.findMany({ orderBy: { id: 'asc' } })
    expect(await seedBase(world.db)).toEqual(ids)
    expect(await world.db.prisma.unit.findMany({ orderBy: { id: 'asc' } })).toEqual(before)
    expect(await world.db.prisma.unitSuccession.count()).toBe(SUCCESSIONS.length)
  })

  test('what is not there is null', async () => {
    expect(await unitOfCode(world.db, 'XX')).toBeNull()
    expect(await unitOfEstablishment(world.db, 1, '2026-11-24')).toBeNull()
  })
})
