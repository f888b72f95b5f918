/** The pages over real HTTP, on a database with the demo and a store with its pictures. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { fileStore } from '../../../server/files.js'
import { makeLog } from '../../../server/log.js'
import { webApp } from '../../../server/web/app.js'
import { pages, type PageOptions } from '../../../server/web/pages.js'
import { NOW } from '../../domain/actors.js'
import { demoWorld, seedDemoWith } from '../../demo-world.js'
import type { World } from '../../world.js'

export const ROOT = 'https://ronguon.test'
export const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

export interface PagesWorld {
  world: World
  /** A server of its own options; the clock stands at the demo's now unless told */
  site(over?: Partial<PageOptions>): ReturnType<typeof request>
  /** A page as a browser gets it */
  page(path: string, over?: Partial<PageOptions>): request.Test
  /** How many looks were written down so far */
  scans(): Promise<number>
  close(): Promise<void>
}

export async function pagesWorld(): Promise<PagesWorld> {
  const world = await demoWorld({ now: NOW })
  const folder = await mkdtemp(join(tmpdir(), 'rn-pages-'))
  const files = fileStore(folder)
  await seedDemoWith(world.db, files, NOW)
  const log = makeLog({ to: { write: () => undefined } })
  const site = (over: Partial<PageOptions> = {}) => {
    const options = { db: world.db, clock: { now: () => NOW }, demo: true, codeRoot: ROOT, files, doors: () => ({}) }
    return request(webApp({ log, ailments: async () => [], routers: [pages({ ...options, ...over })] }))
  }
  return {
    world,
    site,
    page: (path, over) => site(over).get(path).set('Accept', BROWSER),
    scans: () => world.db.prisma.scan.count(),
    async close() {
      await world.close()
      await rm(folder, { recursive: true })
    },
  }
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const unescaped = (markup: string): string =>
  markup.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!)

/** What somebody reads of a page, line by line; the head left out. */
export const wordsOf = (page: string): string[] =>
  unescaped(
    page
      .replace(/^.*<body>/s, '')
      .replace(/<svg.*?<\/svg>/gs, '')
      .replace(/<(p|h1|h2|li|dt|dd|section|div|header|footer|figure|form|a|main|ul|ol|dl|label|time)\b/g, '\n<$1')
      .replace(/<\/(h1|p|a)>/g, '\n')
      .replace(/<[^>]*>/g, ''),
  )
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')

/** The content of a meta element. */
export const metaOf = (page: string, name: string): string | undefined => {
  const [, said] = new RegExp(`<meta\\s+(?:name|property)="${name}"\\s+content="([^"]*)"`).exec(page) ?? []
  return said === undefined ? undefined : unescaped(said)
}
