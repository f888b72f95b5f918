/** The web server's frame: safe headers, the questions of a watchdog, and an end to every request that nothing answered. */
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express'
import helmet from 'helmet'
import { say, text, type TextKey } from '../../locales/say.js'
import type { Log } from '../log.js'
import { sendPage } from './frame.js'
import { messagePage } from './message-page.js'
import { languageOf, visitOf, wantsPage } from './visit.js'

export { languageOf } from './visit.js'

export interface WebOptions {
  log: Log
  /** What is not well, for /readyz; nothing: ready. */
  ailments(): Promise<string[]>
  /** What does not work and keeps nothing else from working: told, and ready all the same. */
  limping?(): Promise<string[]>
  /** What GET /metrics answers. */
  metrics?(): Promise<{ type: string; text: string }>
  /** Called by machines: they stand before the headers that browsers need. */
  webhooks?: readonly Router[]
  /** Mounted at the root in this order, before anything has read a body: each reads what it needs, within its own limit. */
  routers?: readonly Router[]
}

export const webApp = ({
  log,
  ailments,
  limping = async () => [],
  metrics,
  webhooks = [],
  routers = [],
}: WebOptions): Express => {
  const app = express()
  app.disable('x-powered-by')
  // Whoever calls from this machine or its private network is our proxy, and says on whose behalf and by which protocol.
  app.set('trust proxy', ['loopback', 'linklocal', 'uniquelocal'])
  for (const router of webhooks) app.use(router)
  app.use(helmet())

  // Alive: a process that does not answer this is to be started again.
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  // Ready: to be given work. 503 while starting, stopping, or without a database.
  app.get('/readyz', async (_request, response) => {
    const [wrong, limps] = await Promise.all([ailments(), limping()])
    response
      .status(wrong.length === 0 ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready: wrong.length === 0, wrong, limping: limps })
  })

  if (metrics)
    app.get('/metrics', async (_request, response) => {
      const { type, text: page } = await metrics()
      response.set({ 'Content-Type': type, 'Cache-Control': 'no-store' }).send(page)
    })

  for (const router of routers) app.use(router)
  app.use(notFound, failed(log))
  return app
}

const notFound: RequestHandler = (request, response) => {
  response.status(404)
  tell(request, response, 'page.word.gone', 'web.not-found')
}

/** What the client did wrong it is told; what we did wrong is logged without the request's words, and not shown. */
const failed =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const status = clientsFault(error) ?? 500
    if (status >= 500)
      log.error({ error, route: (request.route as { path?: string } | undefined)?.path }, 'a request failed')
    if (response.headersSent) {
      next(error) // express cuts the connection
      return
    }
    response.status(status)
    if (status >= 500) tell(request, response, 'page.word.trouble', 'web.failed')
    else tell(request, response, 'page.word.gone', 'web.bad-request')
  }

/** The status of a 4xx error that express or a body parser threw. */
const clientsFault = (error: unknown): number | undefined => {
  const { status } = (error ?? {}) as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

/** A sentence: to a browser as a page, to everybody else as it is. */
const tell = (request: Request, response: Response, word: TextKey, sentence: TextKey): void => {
  const said = say(languageOf(request), text(sentence))
  if (!wantsPage(request)) return void response.type('text').send(`${said}\n`)
  const visit = visitOf(request)
  sendPage(response, visit, messagePage(visit, { tone: 'unknown', word: text(word), answer: text(sentence) }))
}
