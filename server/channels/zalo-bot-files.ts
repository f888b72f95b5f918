/**
 * Files of ours under an address that nobody can guess and that runs out: the Zalo Bot Platform takes pictures only by https
 * address, and other files not at all. The address says which file, until when, and is signed: nothing is stored for it, and it
 * opens that one file and no other. Whoever holds it may look, as with a picture that was sent.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { keepable, type FileOut } from '../../bot/channels/channel.js'

export const FILES_PATH = '/files/zalo-bot'
/** A shop prints its labels within the week. The texts `zalo-bot.files` say it too. */
export const FILE_LINK_DAYS = 7
const DAY_S = 24 * 3_600
/** Characters of a token: a key of 75, a mime, a name of 100 letters. Longer ones are not even looked at. */
const TOKEN_MAX = 2_048
const NAME_MAX = 100
/** Shown by a browser as what they are; anything else is only ever saved. */
const SHOWN: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'application/pdf'])

const CONTENT = z.tuple([z.string(), z.string(), z.string(), z.number().int()])

export interface FileLinks {
  /** The address of a file, signed */
  linkOf(file: FileOut): string
  router: Router
}

export interface FileLinkOptions {
  /** Of `keys.of('file-links')` */
  key: Buffer
  /** https, without a trailing slash */
  root: string
  files: { read(key: string): Promise<Buffer> }
  /** Real time, not the house's clock: the demo's may be moved by years. ms since 1970 */
  now?(): number
}

export function fileLinks({ key, root, files, now = Date.now }: FileLinkOptions): FileLinks {
  const sign = (content: string): Buffer => createHmac('sha256', key).update(content).digest()

  const linkOf = (file: FileOut): string => {
    // To the day, so that a message that is sent again names the same address.
    const until = (Math.ceil(now() / 1000 / DAY_S) + FILE_LINK_DAYS) * DAY_S
    const content = Buffer.from(
      JSON.stringify([file.key, file.mime, keepable(file.name, NAME_MAX), until] satisfies z.infer<typeof CONTENT>),
    ).toString('base64url')
    return `${root}${FILES_PATH}/${content}.${sign(content).toString('base64url')}`
  }

  const contentOf = (token: string): z.infer<typeof CONTENT> | undefined => {
    const [content, signature, ...more] = token.length <= TOKEN_MAX ? token.split('.') : []
    if (content === undefined || signature === undefined || more.length > 0) return undefined
    const [given, right] = [Buffer.from(signature, 'base64url'), sign(content)]
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return CONTENT.parse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')))
  }

  const router = Router()
  router.get(`${FILES_PATH}/:token`, async (request: Request<{ token: string }>, response: Response, next) => {
    const content = contentOf(request.params.token)
    if (!content) return next()
    const [fileKey, mime, name, until] = content
    const leftS = until - Math.floor(now() / 1000)
    if (leftS <= 0) return next()
    const bytes = await files.read(fileKey)
    const type = SHOWN.has(mime) ? mime : 'application/octet-stream'
    response
      .set({
        'Content-Type': type,
        'Content-Disposition': disposition(SHOWN.has(mime) ? 'inline' : 'attachment', name),
        'Cache-Control': `private, max-age=${Math.min(leftS, DAY_S)}`,
        'X-Robots-Tag': 'noindex',
        // The platform's own pages show the picture.
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Content-Security-Policy': "default-src 'none'; sandbox",
      })
      .send(bytes)
  })
  return { linkOf, router }
}

/** RFC 6266: a plain name for old programs, the real one beside it. */
const disposition = (how: 'inline' | 'attachment', name: string): string => {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const real = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename="${plain}"; filename*=UTF-8''${real}`
}
