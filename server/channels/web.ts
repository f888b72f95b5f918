/** The web chat, wired to the house's database, files and keys. Always on. */
import { join } from 'node:path'
import { webChannel } from '../../bot/channels/web/send.js'
import { filesToSend } from '../labels.js'
import { chatApi } from '../web/chat/api.js'
import { forgetting } from '../web/chat/forget.js'
import { addMessage } from '../web/chat/messages.js'
import { webNews } from '../web/chat/news.js'
import { chatPage } from '../web/chat/page.js'
import { sessions } from '../web/chat/session.js'
import { Streams } from '../web/chat/streams.js'
import { webUploads } from '../web/chat/uploads.js'
import type { MakeChannel, Store } from './channel-parts.js'

export const webParts: MakeChannel = ({ foundation, holder, countOf }) => {
  const { config, db, clock, keys, log, databaseUrl } = foundation
  const { demo, publicUrl, codeRoot, dataDir } = config
  let store: Store | undefined
  const uploads = webUploads(join(dataDir, 'web-uploads'))
  const streams = new Streams(db)
  const count = countOf('web')
  const news = webNews({
    databaseUrl,
    log,
    told: (address) => streams.told(address),
    look: () => streams.look(),
  })
  const forget = forgetting({ db, uploads, holder, log })
  const session = sessions(keys.of('web-session'))
  const files = filesToSend({ sql: db, clock, codeRoot, stored: foundation.files })
  return {
    channel: webChannel({
      keep: async (address, body) => String((await addMessage(db, address, { own: false, body })).id),
      read: (key) => uploads.read(key),
    }),
    pages: [
      chatApi({ db, sessions: session, streams, uploads, files, store: () => store, demo, publicUrl, count, log }),
      chatPage({ db, clock, sessions: session, demo }),
    ],
    start(into) {
      store = into
      streams.start()
      news.start()
      forget.start()
    },
    async stop() {
      store = undefined
      streams.end()
      await Promise.all([news.stop(), forget.stop()])
    },
    farewell: () => streams.end(),
  }
}
