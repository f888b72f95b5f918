/** `npm run -s admin -- VERB ...`: the operator's desk, at a terminal. */
import { admin } from './admin/desk.js'

// Whoever reads what we print may stop early, as `head` does; the database is left in order all the same.
process.stdout.on('error', () => undefined)

process.exitCode = await admin(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
