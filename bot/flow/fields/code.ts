/** A code of ours, typed or photographed. What it is a code of, and why another code is none, the look-up knows. */
import { text, type Text } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { codeItem, type CodeItem } from '../lookups.js'
import { found } from './found.js'

export const shownCode = ({ code, printed = code, name }: CodeItem): Text =>
  text('fields.code.shown', { code: printed, name })

/** `any`: also that of a lot of which nothing may be taken. */
export const code = ({ any }: { any?: true } = {}): Field<CodeItem> =>
  found<CodeItem, CodeItem, never, unknown>({
    kind: 'code',
    schema: codeItem,
    find: (at, ask, then) =>
      withFound(
        at,
        { kind: 'code', query: { ...('search' in ask ? { typed: ask.search } : ask), ...(any && { any }) } },
        then,
      ),
    value: ({ code }) => code,
    label: shownCode,
    show: shownCode,
    byPhoto: true,
    byName: true,
    silent: true,
    none: (said) => text('fields.code.none', { said }),
    texts: ['fields.code.shown', 'fields.code.none'],
  })
