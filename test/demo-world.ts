/** A world with the demo in it: seeded once, for the first test file that asks, and cloned for the others. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedDemo } from '../prisma/seed/demo.js'
import type { Db } from '../server/db.js'
import { fileStore } from '../server/files.js'
import { productPicture } from '../qr/picture.js'
import { freshWorld, type World } from './world.js'

/** Seeds what is not seeded, and stores the demo's picture: one for all, since drawing them takes longer than most tests. */
export async function seedDemoWith(db: Db, files: ReturnType<typeof fileStore>, now: Date): Promise<void> {
  const picture = await productPicture('Cam Canh', 30)
  await seedDemo(db, { files, now, picture: () => Promise.resolve(picture) })
}

/** `now`: the house's clock when the demo was put in; left out: today, as houses of this run have it. */
export const demoWorld = ({ now, connections }: { now?: Date; connections?: number } = {}): Promise<World> =>
  freshWorld({
    connections,
    filled: {
      name: `demo_${now?.getTime() ?? 'today'}`,
      async fill({ db }) {
        const folder = await mkdtemp(join(tmpdir(), 'rn-demo-'))
        await seedDemoWith(db, fileStore(folder), now ?? new Date())
        await rm(folder, { recursive: true })
      },
    },
  })
