/** What a request for a page asks: in which language, as a page or as plain words, and whether a person looks. */
import type { Request } from 'express'
import { LANGUAGES, say, type Language, type Text } from '../../locales/say.js'

/** Somebody who looks at a page of ours. */
export interface Visit {
  language: Language
  /** Chosen by hand, in the address; undefined: the browser's wish, or nobody's */
  chosen?: Language
  /** Path and query as asked for, which the link to the other language repeats */
  asked: string
  /** Says a text in the visitor's language */
  say(text: Text): string
  /** A link of ours that keeps a language chosen by hand. `path` begins with a slash and has no query unless told */
  to(path: string, query?: Record<string, string>): string
}

const chosenIn = (request: Request): Language | undefined =>
  LANGUAGES.find((language) => language === request.query.lang)

/** `?lang=` first, then what the browser asks for; Vietnamese for everybody else. */
export const languageOf = (request: Request): Language =>
  chosenIn(request) ?? ((request.acceptsLanguages([...LANGUAGES]) || LANGUAGES[0]) as Language)

export function visitOf(request: Request): Visit {
  const language = languageOf(request)
  const lang = chosenIn(request)
  return {
    language,
    chosen: lang,
    asked: request.originalUrl,
    say: (text) => say(language, text),
    to: (path, query = {}) => withQuery(path, { ...query, ...(lang && { lang }) }),
  }
}

const withQuery = (path: string, query: Record<string, string>): string => {
  const said = new URLSearchParams(query).toString()
  return said === '' ? path : `${path}?${said}`
}

/**
 * Programs that fetch a page to show what a link leads to. Most of them accept anything, so they are known by name (Cubot makes phones).
 * Browsers within Zalo, Facebook and the like name HTML and are no such programs.
 */
const PREVIEWERS =
  /facebookexternalhit|facebot|(?<!cu)bot\b|crawler|spider|preview|^whatsapp|^viber|embedly|pinterest|\(compatible;/i

const isPreviewer = (request: Request): boolean => PREVIEWERS.test(request.get('user-agent') ?? '')

/** A browser names HTML before plain text; a program that takes anything gets plain words, which it can read. */
export const wantsPage = (request: Request): boolean => {
  const wanted = request.accepts(['text', 'html'])
  if (wanted === 'html') return true
  const accept = request.get('accept') ?? '*/*'
  return isPreviewer(request) && /\*\/\*|text\/html/.test(accept)
}

/** Browsers that fetch ahead of a press say so in one of these. */
const AHEAD = ['purpose', 'sec-purpose', 'x-purpose', 'x-moz'] as const

/** A look by somebody, rather than a probe, a browser's guess, or a program that draws a preview. */
export const isLook = (request: Request): boolean =>
  request.method === 'GET' &&
  !isPreviewer(request) &&
  !AHEAD.some((name) => /prefetch|prerender|preview/i.test(request.get(name) ?? ''))
