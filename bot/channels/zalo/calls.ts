/** Calls with the OA's access token: a refused token is renewed once and the call made once more. */
import type { z } from 'zod'
import type { Answer, Api, Request } from './client.js'
import { classOf } from './errors.js'
import type { Held } from './grant.js'

/** No token to call with: nothing was sent. */
export interface Unconnected {
  kind: 'unconnected'
}

export type Called<T> = Answer<T> | Unconnected

export interface Calls {
  call<T>(
    request: Request,
    schema: z.ZodType<T>,
    limits: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<Called<T>>
  /** Waits for a further call of the app's allowance, beside the one that a message has; `idle`: behind messages. False: stopping */
  extra(idle?: boolean): Promise<boolean>
}

export interface CallsOptions {
  api: Api
  grant: { current(): Promise<Held | undefined>; renewed(generation: number): Promise<Held | undefined> }
  extra: (idle?: boolean) => Promise<boolean>
}

export const zaloCalls = ({ api, grant, extra }: CallsOptions): Calls => ({
  extra,
  async call(request, schema, limits) {
    // A database that fails here means that nothing was sent, not that nobody knows.
    const held = await grant.current().catch(() => undefined)
    if (!held) return { kind: 'unconnected' }
    const answer = await api.call(request, schema, { ...limits, token: held.token })
    if (answer.kind !== 'refused' || classOf(answer.code) !== 'refresh') return answer
    const next = await grant.renewed(held.generation).catch(() => undefined)
    if (!next) return { kind: 'unconnected' }
    if (!(await extra())) return { kind: 'silent', written: false, why: 'stopped' }
    return api.call(request, schema, { ...limits, token: next.token })
  },
})
