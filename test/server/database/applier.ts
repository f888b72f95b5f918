/** A process that migrates: `applier.ts URL DIRECTORY`. Prints {"applied"} or {"sentence"} as a line of JSON. */
import { migrate } from '../../../server/database/migrate.js'
import { messageOf } from '../../../server/trouble.js'

const [, , url, directory] = process.argv
const said = await migrate(url!, { directory }).catch((error: unknown) => ({ sentence: messageOf(error) }))
process.stdout.write(`${JSON.stringify(said)}\n`)
