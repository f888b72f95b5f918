/** Brings a file that a person sent: getFile, then its bytes, counted while they come. */
import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileRefused, type FileRef } from '../channel.js'
import type { Answer, Api, Unanswered } from './client.js'
import { DOWNLOAD_MAX_BYTES, type Timing } from './limits.js'

export interface FetchOptions {
  api: Api
  timing: Timing
}

/**
 * The file's bytes, at most 20 MB.
 * @throws FileRefused `too-large` (as declared, as Telegram says, or as counted), `gone`, or `host` (sent elsewhere: no redirect
 * is followed, for the address holds the token)
 * @throws Error when another try may do: not reached, 5xx, 429, out of time. No message holds the token.
 */
export async function fetchFile({ api, timing }: FetchOptions, file: FileRef, signal: AbortSignal): Promise<Buffer> {
  refuseLarge(file.bytes)
  const started = Date.now()
  const ask = (): Promise<Answer> => api.call('getFile', { file_id: file.id }, timing.fetchMs, signal)
  let answer = await ask()
  if (mayBeBack(answer)) {
    await sleep(timing.backOffFirstMs, undefined, { signal }).catch(() => undefined)
    answer = await ask()
  }
  if (answer.kind !== 'ok') throw unfetched(answer)
  const { file_path: path, file_size: bytes } = (answer.result ?? {}) as { file_path?: unknown; file_size?: unknown }
  refuseLarge(bytes)
  if (typeof path !== 'string' || path === '') throw new FileRefused('gone', 'Telegram names no place for this file')
  const leftMs = Math.max(1, timing.fetchMs - (Date.now() - started))
  return download(api, api.fileUrl(path), leftMs, signal)
}

function refuseLarge(bytes: unknown): void {
  if (typeof bytes === 'number' && bytes > DOWNLOAD_MAX_BYTES) throw new FileRefused('too-large', `${bytes} bytes`)
}

/** One sentence of Telegram's for a wrong id and for a file that is away for a moment: worth a second question, not a third. */
const mayBeBack = (answer: Answer): boolean =>
  answer.kind === 'refused' && /temporarily unavailable/i.test(answer.description)

function unfetched(answer: Unanswered): Error {
  if (answer.kind === 'silent') return new Error(`getFile: ${answer.why}`)
  const { code, description } = answer
  if (/too big/i.test(description)) return new FileRefused('too-large', description)
  const mayPass = code === 401 || code === 404 || code === 429 || code >= 500
  return mayPass ? new Error(`getFile: ${code} ${description}`) : new FileRefused('gone', description)
}

function download(api: Api, url: URL, timeoutMs: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'http:' ? http.get : https.get
    const request = get(url, { agent: api.agent })
    const settle = (outcome: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      outcome()
    }
    const refuse = (error: Error): void => {
      settle(() => reject(error))
      request.destroy()
    }
    const onAbort = (): void => refuse(new Error('file: stopped'))
    const timer = setTimeout(() => refuse(new Error('file: time limit')), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()

    request.on('error', (error) => settle(() => reject(new Error(`file: ${api.scrub(error.message)}`))))
    request.once('response', (response) => {
      const refusal = refusalOf(response)
      if (refusal) {
        refuse(refusal)
        return
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > DOWNLOAD_MAX_BYTES) refuse(new FileRefused('too-large', `over ${DOWNLOAD_MAX_BYTES} bytes`))
        else chunks.push(chunk)
      })
      response.once('end', () => settle(() => resolve(Buffer.concat(chunks, bytes))))
      // Cut short of its declared length.
      response.on('error', (error) => settle(() => reject(new Error(`file: ${api.scrub(error.message)}`))))
    })
  })
}

function refusalOf(response: http.IncomingMessage): Error | undefined {
  const status = response.statusCode ?? 0
  if (status >= 300 && status < 400) return new FileRefused('host', `redirected (HTTP ${status})`)
  if (status === 404 || status === 410) return new FileRefused('gone', `HTTP ${status}`)
  if (status !== 200) return new Error(`file: HTTP ${status}`)
  const declared = Number(response.headers['content-length'] ?? 0)
  return declared > DOWNLOAD_MAX_BYTES ? new FileRefused('too-large', `${declared} bytes`) : undefined
}
