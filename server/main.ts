/**
 * `npm start`: settings, database, demo, the parts, the port; then it runs until it is told to stop. Ctrl-C, SIGTERM or
 * the end of the terminal: what is in hand is finished within STOP_WITHIN_MS, the database stops last, the exit code is 0. A
 * second Ctrl-C waits for nothing, a third one ends the process on the spot.
 */
import { readConfig, shownConfig, type Config } from './config.js'
import { layFoundation } from './foundation.js'
import { buildHouse } from './house.js'
import { listen } from './listen.js'
import { type Log, makeLog } from './log.js'
import { Trouble } from './trouble.js'

/** For what is in hand; stopping the database comes after. Container platforms kill after 10 s or more. */
const STOP_WITHIN_MS = 8_000
/** Of that time: a request that hangs would use up all of it. */
const REQUESTS_SHARE = 0.25
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Things that were started, to be ended in the opposite order, each within so many ms. */
type Ending = (withinMs: number) => Promise<void>

const endings: Ending[] = []
let stopping: Promise<void> | undefined
const hurry = new AbortController()

const config = readConfig(process.env)
const log = makeLog({ level: config.logLevel })
for (const signal of SIGNALS) process.on(signal, () => onSignal())
process.on('uncaughtException', (error) => onBug(error))
process.on('unhandledRejection', (error) => onBug(error))

const beginning = begin(config, log)
try {
  await beginning
} catch (error) {
  await stop(STOP_WITHIN_MS)
  if (!(error instanceof Trouble)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

/** Whatever was begun is noted with its ending before the next thing begins. */
async function begin(config: Config, log: Log): Promise<void> {
  log.debug({ config: shownConfig(config) }, 'settings')
  for (const name of config.unknown) log.warn(`${name} is not a setting of this house: is it misspelt?`)
  const foundation = await layFoundation({ config, log })
  endings.push(() => foundation.close())
  if (stopping) return
  const house = buildHouse(foundation)
  endings.push((withinMs) => house.stop(withinMs))
  const listening = await listen(house.app, config)
  endings.push((withinMs) => {
    house.farewell()
    return listening.close(withinMs * REQUESTS_SHARE)
  })
  if (stopping) return
  await house.start()
  if (!stopping) process.stdout.write(`${welcome(config, listening.addresses)}\n`)
}

function welcome({ publicUrl, demo }: Config, addresses: string[]): string {
  const lines = [
    `Rõ Nguồn is ready${demo ? ', with the demo' : ''}. Open:`,
    ...[publicUrl, ...addresses].filter(Boolean).map((address) => `  ${address}/`),
  ]
  const hints = demo
    ? [
        'To try in a second terminal:',
        '  npm run talk                          type a code of the front page; /report what is wrong, /reports',
        '  npm run talk -- --as ward-officer     /cases: accept, ask the shop, close with evidence',
        '  npm run talk -- --as owner-fruit      /register a lot; /cases that ask the shop',
      ]
    : []
  return [...lines, ...hints, 'Ctrl-C stops it.'].join('\n')
}

function onSignal(): void {
  if (!stopping) {
    log.info('Stopping: finishing what is in hand. Ctrl-C again: at once.')
    void stop(STOP_WITHIN_MS).then(() => process.exit(0))
  } else if (!hurry.signal.aborted) hurry.abort()
  else process.exit(1)
}

/** Nothing that was stored is lost by stopping; going on after a bug could do harm. */
function onBug(error: unknown): void {
  log.fatal({ error }, 'stopped by a bug')
  void stop(0).then(() => process.exit(1))
}

function stop(withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  const hurried = new Promise<void>((done) => hurry.signal.addEventListener('abort', () => done()))
  return (stopping ??= (async () => {
    // What is just beginning has no ending yet: a database that starts would stay behind.
    await Promise.race([beginning.catch(() => undefined), hurried])
    for (const ending of endings.toReversed()) {
      const left = hurry.signal.aborted ? 0 : Math.max(deadline - Date.now(), 0)
      const ended = ending(left).catch((error: unknown) => log.error({ error }, 'did not stop well'))
      // The database, noted first and stopped last, is always waited for: it would stay behind as well.
      await (ending === endings[0] ? ended : Promise.race([ended, hurried]))
    }
  })())
}
