/** What a database error is taken for. */
import { runInNewContext } from 'node:vm'
import { expect, test } from '@jest/globals'
import { isLost, isTransient } from '../../prisma/failure.js'

const failed = (fields: object, message = 'failed') => Object.assign(new Error(message), fields)

test.each([
  ['a socket that broke', failed({ code: 'EPIPE' }, 'write EPIPE')],
  ['the same, as Node itself made it', runInNewContext(`Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })`)],
  ['a server that is told to stop', failed({ code: '57P01' })],
  ['no room', failed({ code: '53300' })],
  [
    'a connection that is of no use any more',
    new Error('Client has encountered a connection error and is not queryable'),
  ],
  ['one of these within another', new Error('in a turn', { cause: failed({ code: 'ECONNRESET' }) })],
])('lost: %s', (_, error: unknown) => {
  expect([isLost(error), isTransient(error)]).toEqual([true, false])
})

test.each([
  ['a bug', new TypeError('x is undefined')],
  ['a constraint', failed({ code: '23505' })],
  ['nothing that was thrown', undefined],
  ['a word', 'EPIPE'],
])('not lost: %s', (_, error: unknown) => {
  expect(isLost(error)).toBe(false)
})

test.each(['40001', '40P01'])('to be run again: %s', (code) => {
  expect([isTransient(failed({ code })), isLost(failed({ code }))]).toEqual([true, false])
})
