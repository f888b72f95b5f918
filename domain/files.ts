/** The faces of stored files. Their bytes lie in the file store, put there before the transaction. */
import type { Tx } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { refuse, type Refused } from './refusal.js'

/** A file that a person sent, cleaned and stored. */
export interface StoredFile {
  /** In the file store */
  key: string
  /** Of the bytes as stored, hex */
  sha256: string
  bytes: number
  mime: string
  /** Pixels, of a picture */
  width?: number
  height?: number
}

/**
 * The row of a file that this person sent, made when it is first kept: the same bytes sent twice have the same id. Anybody
 * may keep what they sent themselves; what it then belongs to is decided, with rights, by whoever links it.
 */
export async function keepFile(tx: Tx, actor: Actor, file: StoredFile): Promise<number> {
  const { key, sha256, bytes, mime, width, height } = file
  const { personId, now } = actor
  const known = await tx.prisma.file.findFirst({ where: { key, personId }, select: { id: true } })
  if (known) return known.id
  const { id } = await tx.prisma.file.create({
    data: { key, sha256: Buffer.from(sha256, 'hex'), bytes, mime, width, height, personId, createdAt: now },
    select: { id: true },
  })
  return id
}

/** Those of these files that the actor sent, each once; anybody else's do not exist, and there are at most `max`. */
export async function ownFiles(
  tx: Tx,
  { personId }: Actor,
  fileIds: readonly number[],
  max: number,
): Promise<number[] | Refused> {
  const ids = [...new Set(fileIds)]
  if (ids.length === 0) return []
  if (ids.length > max) return refuse('refusal.photos-many', { max })
  const own = await tx.prisma.file.count({ where: { id: { in: ids }, personId } })
  return own === ids.length ? ids : refuse('refusal.file-unknown')
}
