import { statement } from '../tx.js'

export const readClockOffset = statement<{ offset_ms: number }, []>(
  'clock_read',
  `select (value->>'offsetMs')::float8 as offset_ms from settings where key = 'clock'`,
)

export const writeClockOffset = statement<object, [value: string]>(
  'clock_write',
  `insert into settings (key, value) values ('clock', $1::jsonb) on conflict (key) do update set value = excluded.value`,
)
