/**
 * The web chat's messages. Within a chat they get their ids and are committed in one order, so that a stream that has seen an
 * id has seen all before it: whoever adds one locks the chat's lane first.
 */
import { WEB_LANE_LOCK } from '../locks.js'
import { statement } from '../tx.js'

/** Everybody who shows messages listens to it; its payload is the chat's address. */
export const WEB_NEWS = 'web_news'

/** The first statement of the transaction, so that the next one sees what the last holder committed. */
export const lockWebLane = statement<object, [address: string]>(
  'web_lane_lock',
  `select pg_advisory_xact_lock(${WEB_LANE_LOCK}, hashtext($1))`,
)

/** A message as JSON of either side; makes the chat at its first. One of the person's with a `key` that is there is not added again. */
export const addWebMessage = statement<
  { id: number; fresh: boolean },
  [address: string, own: boolean, body: string, key: string | null]
>(
  'web_message_add',
  `with known_chat as (select id from chats where channel = 'web' and address = $1),
   made as (
     insert into chats (channel, address) select 'web', $1 where not exists (select from known_chat)
     on conflict (channel, address) do nothing returning id
   ), chat as (select id from known_chat union all select id from made),
   known as (
     select m.id from chat join web_messages m on m.chat_id = chat.id
     where $4::text is not null and m.own and m.body->>'key' = $4 order by m.id desc limit 1
   ), added as (
     insert into web_messages (chat_id, own, body)
     select id, $2, case when $4::text is null then $3::jsonb else $3::jsonb || jsonb_build_object('key', $4::text) end
     from chat where not exists (select from known)
     returning id
   )
   select id, true as fresh from added, pg_notify('${WEB_NEWS}', $1)
   union all select id, false from known`,
)

export interface WebMessageRow {
  id: number
  own: boolean
  body: unknown
  at: Date
}

const MESSAGE = 'm.id, m.own, m.body, m.created_at as at'
const OF_CHAT = `(select id from chats where channel = 'web' and address = $1)`

/** Those after an id, oldest first. */
export const readWebMessages = statement<WebMessageRow, [address: string, after: number, limit: number]>(
  'web_messages_after',
  `select ${MESSAGE} from web_messages m where m.chat_id = ${OF_CHAT} and m.id > $2 order by m.id limit $3`,
)

/** The newest, newest first. */
export const readNewestWebMessages = statement<WebMessageRow, [address: string, limit: number]>(
  'web_messages_newest',
  `select ${MESSAGE} from web_messages m where m.chat_id = ${OF_CHAT} order by m.id desc limit $2`,
)

/** What the newest message that offers this choice, by its value or its button's data, calls it. No row: none does. */
export const findWebChoice = statement<{ label: string }, [address: string, chosen: string]>(
  'web_choice_find',
  `select c->>'label' as label
   from web_messages m
   cross join jsonb_path_query(m.body, '$.choices[*] ? (@.value == $chosen || @.data == $chosen)', jsonb_build_object('chosen', $2::text)) c
   where m.chat_id = ${OF_CHAT} and not m.own and c->>'label' is not null
   order by m.id desc limit 1`,
)

export const readWebMessage = statement<WebMessageRow, [address: string, id: number]>(
  'web_message',
  `select ${MESSAGE} from web_messages m where m.chat_id = ${OF_CHAT} and m.id = $2`,
)

/** Which of these chats have a message after the given id. */
export const findWebNews = statement<{ address: string }, [addresses: string[], afters: number[]]>(
  'web_news_find',
  `select s.address from unnest($1::text[], $2::bigint[]) as s (address, after)
   join chats c on c.channel = 'web' and c.address = s.address
   where exists (select from web_messages m where m.chat_id = c.id and m.id > s.after)`,
)

/** A chat that is a demo persona's from its start. No row: there is no such persona. */
export const openWebChatAs = statement<{ name: string | null }, [address: string, persona: string, language: string]>(
  'web_chat_as',
  `with persona as (
     select p.id, p.display_name from chats c join people p on p.id = c.person_id
     where c.channel = 'console' and c.address = $2 and p.erased_at is null
   ), made as (
     insert into chats (channel, address, person_id, language) select 'web', $1, id, $3 from persona returning id
   )
   select p.display_name as name from persona p, made`,
)

/** Who is behind a web chat, and the language that was chosen there. No row: nothing was said yet. */
export const readWebChat = statement<{ name: string | null; language: 'vi' | 'en' | null }, [address: string]>(
  'web_chat',
  `select p.display_name as name, c.language from chats c left join people p on p.id = c.person_id
   where c.channel = 'web' and c.address = $1`,
)

/** Forgets messages older than `keepMs`, at most `limit`. Returns how many. */
export const forgetWebMessages = statement<{ forgotten: number }, [keepMs: number, limit: number]>(
  'web_messages_forget',
  `with old as (
     select id from web_messages where created_at < now() - $1::float8 * interval '1 ms' order by created_at limit $2
   ), forgotten as (
     delete from web_messages m using old where m.id = old.id returning 1
   )
   select count(*) as forgotten from forgotten`,
)
