/** What a mandate may be limited to, in the order in which it is offered. */
import type { EstablishmentClass, MandateRole, Sector } from '../../../prisma/generated/enums.js'

export const SECTORS = ['agriculture', 'trade', 'health'] as const satisfies readonly Sector[]
export const CLASSES = [
  'fruit_shop',
  'cake_maker',
  'market_stall',
  'wholesaler',
  'importer',
  'processor',
  'farm',
] as const satisfies readonly EstablishmentClass[]
export const ROLES = ['officer', 'inspector', 'viewer', 'administrator'] as const satisfies readonly MandateRole[]
