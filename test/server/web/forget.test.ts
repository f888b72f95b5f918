import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { aChat } from '../../../prisma/seed/builders.js'
import { forgetting } from '../../../server/web/chat/forget.js'
import { KEPT_MS } from '../../../server/web/chat/limits.js'
import { webUploads } from '../../../server/web/chat/uploads.js'
import { freshWorld, type World } from '../../world.js'

const HOUR_MS = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'rn-forget-'))
let world: World
beforeAll(async () => {
  world = await freshWorld()
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const old = (ms: number) => new Date(Date.now() - KEPT_MS - ms)

test('after 30 days messages and uploads are forgotten, not an hour before; one process does it', async () => {
  const { id: chatId } = await aChat(world.db, { channel: 'web' })
  const message = (createdAt: Date) => ({ chatId, own: true, body: { text: '' }, createdAt })
  // More than one statement takes.
  const data = [...Array.from({ length: 1_500 }, () => message(old(HOUR_MS))), message(old(-HOUR_MS))]
  await world.db.prisma.webMessage.createMany({ data })
  const uploads = webUploads(folder)
  const put = async (said: string, at: Date) => {
    const { key } = await uploads.put(Buffer.from(said), { mime: 'image/jpeg' })
    utimesSync(join(folder, key), at, at)
    return join(folder, key)
  }
  const [gone, kept] = [await put('gone', old(HOUR_MS)), await put('kept', old(-HOUR_MS))]
  const log = { warn: () => undefined }
  const [one, other] = ['one', 'other'].map((holder) => forgetting({ db: world.db, uploads, holder, log }))
  await one!.forget()
  expect(await world.db.prisma.webMessage.count()).toBe(1)
  expect([existsSync(gone), existsSync(kept)]).toEqual([false, true])
  await world.db.prisma.webMessage.create({ data: message(old(HOUR_MS)) })
  await other!.forget()
  expect(await world.db.prisma.webMessage.count()).toBe(2)
  // The talk goes on.
  expect(await world.db.prisma.chat.count({ where: { id: chatId } })).toBe(1)
})
