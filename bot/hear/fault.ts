import { sqlState } from '../../prisma/failure.js'

/**
 * What may be told of an error: its name, its code, where it was thrown. Never its message, which may hold a person's words
 * (a constraint's detail, a parser's input).
 */
export function faultOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `thrown ${typeof thrown}`
  const { code } = thrown as { code?: unknown }
  const place = thrown.stack
    ?.split('\n')
    .find((line) => /^\s+at .*[/\\][^/\\]+:\d+:\d+\)?$/.test(line) && !line.includes('node_modules'))
  const where = place && /([^/\\]+:\d+):\d+\)?$/.exec(place)?.[1]
  return [thrown.name, sqlState(thrown) ?? (typeof code === 'string' ? code : undefined), where && `at ${where}`]
    .filter(Boolean)
    .join(' ')
}
