/** The house's own folder (DATA_DIR): the embedded database, the files that people sent, the demo's keys. */
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, Trouble } from './trouble.js'

/** Papers and photos that people sent. */
export const filesIn = (dataDir: string): string => join(dataDir, 'files')
/** rwx------ */
const OWNER_ONLY = 0o700

/** Made if it is not there. @throws {Trouble} where this user can make none, or write into none */
export const openDataFolder = async (dataDir: string): Promise<void> => {
  try {
    await makeWithParents(dataDir)
    await access(dataDir, constants.W_OK | constants.X_OK)
    await make(filesIn(dataDir), OWNER_ONLY)
  } catch (error) {
    throw new Trouble(
      `DATA_DIR should be a folder that this user can write into: ${dataDir} is none (${messageOf(error)}).`,
    )
  }
}

/** Not by mkdir's own `recursive`: on a file system that takes no folders, such as /proc, that one tries for ever. */
const makeWithParents = async (folder: string): Promise<void> => {
  const there = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (there) {
    if (!there.isDirectory()) throw new Error('ENOTDIR: it is a file')
    return
  }
  await makeWithParents(dirname(folder))
  await make(folder)
}

/** Another process may have made it at this moment. */
const make = async (folder: string, mode?: number): Promise<void> => {
  await mkdir(folder, { mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
