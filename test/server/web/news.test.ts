/** What the web chat does when the database's notifications are gone for long. */
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { webNews, type News } from '../../../server/web/chat/news.js'
import { until } from '../../fakes/chats.js'
import { freshWorld, type World } from '../../world.js'

let world: World
let news: News | undefined
const sockets = new Set<net.Socket>()
let way: net.Server

beforeAll(async () => {
  world = await freshWorld()
  const { host, port } = new pg.Client(world.url)
  // The embedded server listens in a folder.
  const there = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }
  way = net.createServer((near) => {
    const far = net.connect(there)
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((done) => way.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  await news?.stop()
  for (const socket of sockets) socket.destroy()
  way.close()
  await world.close()
})

test('from the moment at which they are lost it looks every second, not when the next look was due', async () => {
  const url = new URL(world.url)
  url.searchParams.delete('host')
  url.host = `127.0.0.1:${(way.address() as net.AddressInfo).port}`
  let looks = 0
  const look = async () => void looks++
  news = webNews({ databaseUrl: url.href, log: { info: () => undefined, warn: () => undefined }, told: () => undefined, look }) // prettier-ignore
  news.start()
  await until(() => news!.listens() && looks > 0)
  // A look that was due within a second of the start; the next one is due much later.
  await until(() => looks > 1)
  way.close()
  for (const socket of sockets) socket.destroy()
  await until(() => !news!.listens())
  const before = looks
  await until(() => looks >= before + 2)
  expect(news.listens()).toBe(false)
})
