/** Whether this database was seeded with the demo, said by the database itself. */
import { statement } from '../tx.js'

/** `seeded`: the mark is there. `empty`: nothing was ever put in. */
export const readDemoMark = statement<{ seeded: boolean; empty: boolean }, []>(
  'demo_read',
  `select exists (select from settings where key = 'demo') as seeded,
          not exists (select from units) and not exists (select from people) and not exists (select from chats) as empty`,
)

export const writeDemoMark = statement<object, [value: string]>(
  'demo_write',
  `insert into settings (key, value) values ('demo', $1::jsonb) on conflict (key) do nothing`,
)
