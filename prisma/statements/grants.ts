/** The tokens by which a platform lets us act, and what lies at a platform already. The database's real time throughout. */
import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface GrantRead {
  sealed: Buffer
  generation: number
  left_ms: number
  age_ms: number
  renewing: boolean
  alarm: string | null
}

export const readGrant = statement<GrantRead, [account: string]>(
  'grant_read',
  `select sealed, generation, extract(epoch from access_until - now())::float8 * 1000 as left_ms,
     extract(epoch from now() - granted_at)::float8 * 1000 as age_ms, renewing_at is not null as renewing, alarm
   from platform_grants where account = $1`,
)

/** The very first one; changes nothing when there is one. */
export const beginGrant = statement<object, [account: string, sealed: Buffer, livesMs: number]>(
  'grant_begin',
  `insert into platform_grants (account, sealed, generation, access_until, granted_at)
   values ($1, $2, 0, now() + $3::float8 * interval '1 ms', now()) on conflict (account) do nothing`,
)

/** No row: another generation stands. */
export const markGrant = statement<{ generation: number }, [account: string, generation: number]>(
  'grant_mark',
  `update platform_grants set renewing_at = coalesce(renewing_at, now()) where account = $1 and generation = $2
   returning generation`,
)

export const unmarkGrant = statement<object, [account: string, generation: number]>(
  'grant_unmark',
  `update platform_grants set renewing_at = null where account = $1 and generation = $2`,
)

/** No row: another generation stands. */
export const renewGrant = statement<
  { generation: number },
  [account: string, generation: number, sealed: Buffer, livesMs: number]
>(
  'grant_renew',
  `update platform_grants set sealed = $3, generation = generation + 1, granted_at = now(),
     access_until = now() + $4::float8 * interval '1 ms', renewing_at = null, alarm = null, alarm_at = null
   where account = $1 and generation = $2
   returning generation`,
)

/** Over whatever stands. */
export const replaceGrant = statement<object, [account: string, sealed: Buffer, livesMs: number]>(
  'grant_replace',
  `insert into platform_grants as g (account, sealed, generation, access_until, granted_at)
   values ($1, $2, 0, now() + $3::float8 * interval '1 ms', now())
   on conflict (account) do update set sealed = excluded.sealed, generation = g.generation + 1, granted_at = now(),
     access_until = excluded.access_until, renewing_at = null, alarm = null, alarm_at = null`,
)

/** No row: this alarm stands already, or another generation does. */
export const alarmGrant = statement<{ generation: number }, [account: string, generation: number, alarm: string]>(
  'grant_alarm',
  `update platform_grants set alarm = $3, alarm_at = now()
   where account = $1 and generation = $2 and alarm is distinct from $3
   returning generation`,
)

/** A single-use secret in `settings`: only its digest, with what belongs to it. */
export const putOnce = statement<object, [key: string, digest: string, kept: string, forMs: number]>(
  'once_put',
  `insert into settings (key, value)
   values ($1, jsonb_build_object('digest', $2::text, 'kept', $3::text, 'until', now() + $4::float8 * interval '1 ms'))
   on conflict (key) do update set value = excluded.value`,
)

export const readOnce = statement<{ kept: string }, [key: string, digest: string]>(
  'once_read',
  `select value ->> 'kept' as kept from settings
   where key = $1 and value ->> 'digest' = $2 and (value ->> 'until')::timestamptz > now()`,
)

/** Uses it up: of two who ask at once, one gets it. */
export const takeOnce = statement<{ kept: string }, [key: string, digest: string]>(
  'once_take',
  `delete from settings
   where key = $1 and value ->> 'digest' = $2 and (value ->> 'until')::timestamptz > now()
   returning value ->> 'kept' as kept`,
)

export const findUpload = statement<{ platform_id: string }, [channel: Channel, key: string]>(
  'upload_find',
  `select platform_id from platform_uploads where channel = $1 and key = $2 and until > now()`,
)

/** Takes the chance to forget those that have ended. */
export const keepUpload = statement<object, [channel: Channel, key: string, platformId: string, forMs: number]>(
  'upload_keep',
  `with ended as (delete from platform_uploads where until <= now() and not (channel = $1 and key = $2))
   insert into platform_uploads (channel, key, platform_id, until) values ($1, $2, $3, now() + $4::float8 * interval '1 ms')
   on conflict (channel, key) do update set platform_id = excluded.platform_id, until = excluded.until`,
)

export const dropUpload = statement<object, [channel: Channel, key: string]>(
  'upload_drop',
  `delete from platform_uploads where channel = $1 and key = $2`,
)
