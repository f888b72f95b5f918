/** The wire between a process and its database, seen from the middle: a proxy that counts round trips. */
import { createConnection, createServer, type AddressInfo, type NetConnectOpts } from 'node:net'
import { parse } from 'pg-connection-string'

export interface Wire {
  /** The same database, through the proxy. */
  url: string
  /** So far, of all connections: the client waited for what the server said last, and then sent something. */
  roundTrips(): number
  close(): void
}

export function countedWire(databaseUrl: string): Promise<Wire> {
  const { host, port, user, password, database } = parse(databaseUrl)
  const number = Number(port ?? 5432)
  const to: NetConnectOpts = host?.startsWith('/')
    ? { path: `${host}/.s.PGSQL.${number}` }
    : { host: host ?? '127.0.0.1', port: number }
  let roundTrips = 0
  const server = createServer((client) => {
    const behind = createConnection(to)
    let answered = true
    client.on('data', (chunk) => {
      if (answered) roundTrips += 1
      answered = false
      behind.write(chunk)
    })
    behind.on('data', (chunk) => {
      answered = true
      client.write(chunk)
    })
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const login = [user ?? '', password ?? ''].map(encodeURIComponent).join(':')
      done({
        url: `postgresql://${login}@127.0.0.1:${(server.address() as AddressInfo).port}/${database ?? ''}`,
        roundTrips: () => roundTrips,
        close: () => server.close(),
      })
    })
  })
}
