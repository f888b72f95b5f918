/** The floor of the look-up benchmark: an express route doing one prepared indexed look-up and one outgoing HTTP call. */
import { Agent, request } from 'node:http'
import express from 'express'
import pg from 'pg'

const [databaseUrl, apiRoot, port, token = 'x'] = process.argv.slice(2) as [string, string, string, string?]
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

const LOOKUP = {
  name: 'floor',
  text: `select l.id, l.expires_on, p.name from codes c join lots l on l.id = c.lot_id join products p on p.id = l.product_id where c.code = $1`,
}

const send = (chat: number, text: string) =>
  new Promise<void>((resolve, reject) => {
    const body = Buffer.from(JSON.stringify({ chat_id: chat, text }))
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const sending = request(`${apiRoot}/bot${token}/sendMessage`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', resolve)
    })
    sending.on('error', reject)
    sending.end(body)
  })

const app = express()
app.post('/webhooks/telegram', express.json(), async (asked, answer) => {
  const { message } = asked.body as { message: { text: string; chat: { id: number } } }
  const { rows } = await pool.query({ ...LOOKUP, values: [message.text] })
  await send(message.chat.id, JSON.stringify(rows[0]))
  answer.sendStatus(200)
})
app.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ listening: true })))
