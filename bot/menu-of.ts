/** Whose list of commands a person is to be shown: an official's before a shop's, for who is both. */
import { standingOf } from '../domain/rights.js'
import type { MenuRole } from './channels/channel.js'
import type { Here } from './here.js'

export async function menuOf({ tx, actor }: Pick<Here, 'tx' | 'actor'>): Promise<MenuRole> {
  const { memberships, mandates } = await standingOf(tx, actor)
  return mandates.length > 0 ? 'official' : memberships.length > 0 ? 'shop' : 'consumer'
}
