/** Where the pair of tokens stands: one row for all processes, written by whoever renews. Times are the database's. */

export interface GrantRow {
  sealed: Uint8Array
  /** Counts the pairs */
  generation: number
  /** ms until the access token ends */
  accessLeftMs: number
  /** ms since the pair was granted */
  ageMs: number
  /** A renewal was asked for, and what came of it was not written down */
  renewing: boolean
  alarm: Alarm | null
}

/**
 * Why only a person can mend it. `lost`: the refresh token was spent by a renewal whose answer never arrived or was not written
 * down before a crash. `shared`: it was spent by somebody else. `refused`: the token service refuses for another reason.
 * `ended`: there is no refresh token. `unreadable`: the key file is another one.
 */
export type Alarm = 'lost' | 'shared' | 'refused' | 'ended' | 'unreadable'

export interface GrantStore {
  read(): Promise<GrantRow | undefined>
  /** The very first pair; nothing when there is one. */
  begin(sealed: Buffer, livesMs: number): Promise<void>
  /** A renewal of this generation is about to be asked for. False: another one stands. */
  mark(generation: number): Promise<boolean>
  /** It was certainly not asked for. */
  unmark(generation: number): Promise<void>
  /** Writes the next pair over this generation; clears mark and alarm. False: another generation stands. */
  renew(generation: number, sealed: Buffer, livesMs: number): Promise<boolean>
  /** Writes a pair that a person granted over whatever stands. */
  replace(sealed: Buffer, livesMs: number): Promise<void>
  /** True: this alarm did not stand yet. */
  alarm(generation: number, alarm: Alarm): Promise<boolean>
}

/** Held by one process at a time. */
export interface Lease {
  /** Takes or renews it; false while another process holds it. */
  hold(): Promise<boolean>
  release(): Promise<void>
}
