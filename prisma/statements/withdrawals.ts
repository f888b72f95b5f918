/** What goes when a person takes their consent back: all that a chat holds, at once; the chat itself later. */
import { statement } from '../tx.js'

/**
 * Wipes what was said on either side and lets go what waits, and the person with it. Kept: the chat's address and the keys of its
 * updates, by which late copies are known. A message in the hands of a process is marked by that process; its chat's end takes it.
 */
export const wipeChat = statement<object, [chatId: number, scanner: Uint8Array]>(
  'withdrawal_wipe',
  `with talk as (delete from talks where chat_id = $1), offered as (delete from offers where chat_id = $1),
     shown as (delete from web_messages where chat_id = $1),
     heard as (update updates set body = null where chat_id = $1 and done_at is not null and body is not null),
     waiting as (
       update outbox set status = 'dead', settled_at = clock_timestamp(), error = 'withdrawn', body = null, holder = null, held_until = null
       where chat_id = $1 and status = 'unsent' and (held_until is null or held_until <= clock_timestamp())
     ), settled as (update outbox set body = null where chat_id = $1 and status <> 'unsent' and body is not null),
     looked as (update scans set scanner = null where scanner = $2)
   update chats set person_id = null, language = null, muted_until = null where id = $1`,
)

/** Takes the chat away, with its updates and messages; not one whose person came back, or spoke and is not answered yet. */
export const endChat = statement<{ id: number }, [chatId: number]>(
  'withdrawal_end',
  `delete from chats c where c.id = $1 and c.person_id is null and c.unreachable_at is not null
     and not exists (select from updates u where u.chat_id = c.id and u.done_at is null)
   returning c.id`,
)

/** Files of a person that belong to no record: photos of a talk that was not finished. Returns their keys in the file store. */
export const dropLooseFiles = statement<{ key: string }, [personId: number]>(
  'withdrawal_files',
  `delete from files f where f.person_id = $1
     and not exists (select from event_documents d where d.file_id = f.id)
     and not exists (select from certificates c where c.file_id = f.id)
     and not exists (select from products p where p.picture_id = f.id)
     and not exists (select from report_photos r where r.file_id = f.id)
     and not exists (select from case_step_files s where s.file_id = f.id)
   returning f.key`,
)

/** Those of these keys that no row names any more. */
export const unnamedKeys = statement<{ key: string }, [keys: string[]]>(
  'withdrawal_unnamed',
  `select k.key from unnest($1::text[]) as k (key) where not exists (select from files f where f.key = k.key)`,
)
