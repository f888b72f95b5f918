import { statement } from '../tx.js'

export const readPersonOfChat = statement<{ person_id: number | null }, [chatId: number]>(
  'person_of_chat',
  `select person_id from chats where id = $1`,
)

/** Once linked a chat stays with its person: another one is not put in its place. */
export const linkChat = statement<{ id: number }, [chatId: number, personId: number]>(
  'chat_link',
  `update chats set person_id = $2 where id = $1 and (person_id is null or person_id = $2) returning id`,
)

export const writeLanguage = statement<object, [chatId: number, language: string]>(
  'chat_language',
  `update chats set language = $2 where id = $1`,
)

export interface PersonRow {
  id: number
  name: string | null
  /** Addresses on the console channel: what `talk --as` takes */
  personas: string[]
  /** Establishment or unit code, and the role there */
  roles: { at: string; name: string; role: string }[]
}

/** People who have a role now, and the demo's personas; for the operator. */
export const listPeople = statement<PersonRow, [at: Date]>(
  'people_list',
  `select p.id, p.display_name as name,
     coalesce((select json_agg(c.address order by c.id) from chats c where c.person_id = p.id and c.channel = 'console'), '[]') as personas,
     coalesce((select json_agg(r order by r.at) from (
       select e.code as at, e.name, m.role::text from memberships m join establishments e on e.id = m.establishment_id
       where m.person_id = p.id and m.valid_from <= $1 and (m.valid_to is null or m.valid_to > $1)
       union all
       select u.code, u.name, d.role::text from mandates d join units u on u.id = d.unit_id
       where d.person_id = p.id and d.valid_from <= $1 and (d.valid_to is null or d.valid_to > $1)) r), '[]') as roles
   from people p where p.erased_at is null
     and (exists (select from chats c where c.person_id = p.id and c.channel = 'console')
       or exists (select from memberships m where m.person_id = p.id) or exists (select from mandates d where d.person_id = p.id))
   order by p.id`,
)
