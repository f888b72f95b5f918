/** The database that the settings name, migrated: DATABASE_URL's, or the embedded server in DATA_DIR. */
import { messageOf } from '../trouble.js'
import { startEmbedded } from './embedded.js'
import { migrate } from './migrate.js'

export interface OpenDatabase {
  url: string
  /** The embedded server is stopped with the last process that uses it; any other one is left alone. */
  close(): Promise<void>
}

/** @throws {Trouble} when there is no database to work with, in words for the operator */
export const openDatabase = async (
  { databaseUrl, dataDir }: { databaseUrl?: string; dataDir: string },
  log: (sentence: string) => void,
): Promise<OpenDatabase> => {
  if (databaseUrl !== undefined) {
    await migrate(databaseUrl, { log })
    return { url: databaseUrl, close: async () => undefined }
  }
  const embedded = await startEmbedded({ dataDir, log })
  try {
    await migrate(embedded.url, { log })
  } catch (error) {
    await embedded.stop().catch((failure: unknown) => log(messageOf(failure)))
    throw error
  }
  return { url: embedded.url, close: () => embedded.stop() }
}
