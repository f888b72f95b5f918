/** A refused token stops everything and only an operator can mend it: said once, loudly, and shown until it works again. */
import type { Answer } from './client.js'
import type { Log } from '../told.js'
import type { Count } from './told.js'

export interface TokenAlarm {
  see(answer: Answer): void
  ailment(): string | undefined
}

export function tokenAlarm({ log, count }: { log: Log; count: Count }): TokenAlarm {
  let refused = false
  return {
    see(answer) {
      if (answer.kind === 'ok' && refused) {
        refused = false
        log.info({}, 'zalo bot: the bot token is accepted again')
      }
      if (answer.kind !== 'refused' || answer.code !== 401) return
      count('token', 'refused')
      if (refused) return
      refused = true
      log.error({ code: 401 }, 'zalo bot: the bot token is refused; check ZALO_BOT_TOKEN (and ZALO_BOT_API_ROOT)')
    },
    ailment: () => (refused ? 'the bot token is refused' : undefined),
  }
}
