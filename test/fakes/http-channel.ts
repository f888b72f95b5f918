/** A channel that sends to `platform.ts` over HTTP, and tells the outcomes apart as a real adapter must. */
import { Agent, request } from 'node:http'
import type { Channel, Sent } from '../../bot/channels/channel.js'
import { NO_LIMIT, PLAIN } from './scripted-channel.js'

export function httpChannel(platformUrl: string, pace: Channel['pace'] = NO_LIMIT): Channel {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  return {
    name: 'telegram',
    capabilities: PLAIN,
    pace,
    fetch: () => Promise.reject(new Error('nothing to fetch')),
    send: (chat, { text }, signal) =>
      new Promise<Sent>((resolve) => {
        const body = JSON.stringify({ chat, text, pid: process.pid })
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const call = request(platformUrl, { method: 'POST', agent, headers, signal }, (response) => {
          let answer = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
          response.on('end', () => resolve(outcome(response.statusCode!, response.headers['retry-after-ms'], answer)))
          response.on('error', (error) => resolve({ outcome: 'unknown', why: error.message }))
        })
        call.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ outcome: error.code === 'ECONNREFUSED' ? 'retry' : 'unknown', why: error.code ?? error.name }),
        )
        call.end(body)
      }),
  }
}

const outcome = (status: number, retryAfterMs: string | string[] | undefined, answer: string): Sent => {
  if (status === 200) return { outcome: 'sent', platformId: answer }
  if (status === 429) return { outcome: 'retry', afterMs: Number(retryAfterMs), why: 'too many' }
  if (status === 403) return { outcome: 'unreachable', why: 'blocked' }
  return status >= 500 ? { outcome: 'retry', why: `status ${status}` } : { outcome: 'never', why: `status ${status}` }
}
