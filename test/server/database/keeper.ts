/**
 * A process that uses the embedded database until its input ends: `keeper.ts DATA_DIR`. Prints what `startEmbedded` gave as a
 * line of JSON, or {"sentence"} where it refused.
 */
import { startEmbedded } from '../../../server/database/embedded.js'
import { messageOf } from '../../../server/trouble.js'

const line = (said: object) => process.stdout.write(`${JSON.stringify(said)}\n`)

try {
  const { url, adopted, stop } = await startEmbedded({ dataDir: process.argv[2]! })
  line({ url, adopted })
  for await (const _ of process.stdin);
  await stop()
  line({ stopped: true })
} catch (error) {
  line({ sentence: messageOf(error) })
  process.exitCode = 1
}
