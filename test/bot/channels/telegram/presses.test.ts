/** Whoever presses a button does not wait: whatever becomes of the press, its screen is freed, once. */
import { afterEach, expect, test } from '@jest/globals'
import { until } from '../../../fakes/chats.js'
import { FAULTS } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { freeLease, memoryStore, never, part, rig, stopAll } from './rig.js'

afterEach(stopAll)

test('a press is answered when it is stored, and not again with its message', async () => {
  const made = await rig()
  const memory = memoryStore()
  made.telegram.start(memory.store, freeLease())
  const an = person(made.fake, 42)
  await an.forges(7, '1.0')
  const [pressId] = [...made.fake.presses]
  await until(() => made.fake.presses.size === 0)
  expect(memory.inbounds).toHaveLength(1)
  await made.telegram.channel.send('42', part('x', { pressId }), never())
  expect(made.fake.callsOf('answerCallbackQuery')).toHaveLength(1)
  made.fake.assertClean()
})

test('one that could not be stored is not answered: it comes again', async () => {
  const made = await rig()
  const memory = memoryStore()
  let refusals = 2
  made.telegram.start((heard) => (refusals-- > 0 ? Promise.reject(new Error('no')) : memory.store(heard)), freeLease())
  await person(made.fake, 42).forges(7, '1.0')
  await until(() => refusals === 0)
  expect(made.fake.callsOf('answerCallbackQuery')).toHaveLength(0)
  await until(() => made.fake.presses.size === 0)
})

test('an answer that failed is given with the message', async () => {
  const made = await rig()
  made.fake.faults.add({ on: 'answerCallbackQuery', times: 1, do: FAULTS.broken })
  made.telegram.start(memoryStore().store, freeLease())
  await person(made.fake, 42).forges(7, '1.0')
  await until(() => made.counted.includes('call: press not answered'))
  const [pressId] = [...made.fake.presses]
  await made.telegram.channel.send('42', part('x', { pressId }), never())
  expect(made.fake.presses.size).toBe(0)
})

test('a press that leads to nothing is answered too', async () => {
  const made = await rig()
  const memory = memoryStore()
  made.telegram.start(memory.store, freeLease())
  const from = { id: 42, is_bot: false, first_name: 'An' }
  const group = { message_id: 1, date: 1, chat: { id: -5, type: 'group', title: 'Chợ' } }
  for (const [id, about] of [
    ['inline', { inline_message_id: 'i', data: '1.0' }],
    ['group', { message: group, data: '1.0' }],
    ['game', { message: { ...group, chat: { id: 42, type: 'private', first_name: 'An' } }, game_short_name: 'g' }],
  ] as const) {
    made.fake.presses.add(id)
    made.fake.push(42, { callback_query: { id, from, chat_instance: '1', ...about } })
  }
  await until(() => made.fake.presses.size === 0)
  expect(memory.inbounds).toEqual([])
  made.fake.assertClean()
})
