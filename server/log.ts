/**
 * What an operator reads. Always on stderr: stdout belongs to what a command answers. Lines are JSON, or plain words where
 * stderr is a terminal.
 *
 * No personal data and no secrets: fields that could hold them are taken out by name, and of an error only its name,
 * code and place are told, because its message may quote a person or an address with a password.
 */
import { destination, pino, stdTimeFunctions, type Logger } from 'pino'
import { faultOf } from '../bot/hear/fault.js'

export type Log = Logger

/** Fields, at the top and one below, that are never written whatever is in them. */
const NEVER = [
  'token',
  'secret',
  'password',
  'authorization',
  'cookie',
  'url',
  'databaseUrl',
  'phone',
  'name',
  'text',
  'caption',
  'address',
  'body',
  'payload',
  'latitude',
  'longitude',
  'inbound',
  'reply',
]

export interface LogOptions {
  level?: string
  /** Where lines go; for tests. */
  to?: { write(line: string): void }
}

export const makeLog = ({ level = 'info', to }: LogOptions = {}): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: NEVER.flatMap((field) => [field, `*.${field}`]), censor: '***' },
      serializers: { err: faultOf, error: (error: unknown) => (error instanceof Error ? faultOf(error) : error) },
      hooks: {
        logMethod(args, method) {
          // An error alone would become the message.
          const [first] = args as unknown[]
          if (args.length === 1 && first instanceof Error) method.call(this, { error: first }, 'an error')
          else method.apply(this, args)
        },
      },
      formatters: { level: (label) => ({ level: label }) },
    },
    to ??
      (process.stderr.isTTY
        ? { write: (line) => process.stderr.write(inWords(line)) }
        : destination({ fd: 2, sync: true })),
  )

/** `14:03:22 warn  telegram cannot be reached  attempts=3` */
export const inWords = (line: string): string => {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: string; time: string; msg?: string } & Record<
    string,
    unknown
  >
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${[time.slice(11, 19), level.padEnd(5), msg ?? '', ...rest].join(' ')}\n`
}
