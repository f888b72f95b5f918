/** What one process at a time may do: polling Telegram, wiping. Runs on the database's real time. */
import { dropLease, takeLease } from '../prisma/statements/leases.js'
import type { Sql } from '../prisma/tx.js'

export interface NamedLease {
  /** Takes it or renews it for the lease's time. False: another process holds it. */
  hold(): Promise<boolean>
  /** Others need not wait for its end. */
  release(): Promise<void>
}

/** @param holder this process, and nobody else; @param leaseMs hold it again well before that */
export const namedLease = (sql: Sql, name: string, holder: string, leaseMs: number): NamedLease => ({
  async hold() {
    return (await sql.run(takeLease, [name, holder, leaseMs])).length > 0
  },
  async release() {
    await sql.run(dropLease, [name, holder])
  },
})
