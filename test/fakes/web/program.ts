/** A program that talks over the web chat's API, with nothing but fetch. */
export interface Told {
  id: number
  own: boolean
  text: string
  question?: string
  choices: { value: string; label: string; data?: string; url?: string }[]
  files: { url: string; name: string; mime: string }[]
  chose?: string
}

/** What is not told within this is not coming. ms */
const PATIENCE_MS = 10_000

export class Listening {
  readonly told: Told[] = []
  comments = 0
  status = 0
  /** The server ended it */
  ended = false
  readonly #cut = new AbortController()
  readonly #looking = new Set<() => void>()

  constructor(url: string, headers: Record<string, string>) {
    void this.#run(url, headers).catch(() => undefined)
  }

  /** Looks again whenever something was told: hundreds of programs may wait at once, and none of them polls. */
  async sees<T>(look: () => T | undefined): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const seen = look()
      if (seen !== undefined) return seen
      const leftMs = end - Date.now()
      if (leftMs <= 0) throw new Error(`not within ${PATIENCE_MS} ms: ${look.toString()}`)
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, leftMs)
        this.#looking.add(() => {
          clearTimeout(timer)
          wake()
        })
      })
    }
  }

  #wake(): void {
    const looking = [...this.#looking]
    this.#looking.clear()
    for (const wake of looking) wake()
  }

  async #run(url: string, headers: Record<string, string>): Promise<void> {
    const answer = await fetch(url, { headers, signal: this.#cut.signal })
    this.status = answer.status
    this.#wake()
    if (!answer.ok || !answer.body) return
    let left = ''
    const letters = new TextDecoder()
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
      left += letters.decode(bytes, { stream: true })
      const blocks = left.split('\n\n')
      left = blocks.pop()!
      for (const block of blocks) this.#take(block)
    }
    this.ended = true
  }

  #take(block: string): void {
    const fields = block
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])
    const of = (name: string) => fields.find(([field]) => field === name)?.[1]?.trim()
    if (fields.some(([name]) => name === '')) this.comments += 1
    const data = of('data')
    if (data === undefined) return
    const told = JSON.parse(data) as Told
    if (String(told.id) !== of('id')) throw new Error('an event without its id')
    this.told.push(told)
    this.#wake()
  }

  get open(): Promise<number> {
    return this.sees(() => this.status || undefined)
  }

  get bot(): Told[] {
    return this.told.filter(({ own }) => !own)
  }

  cut(): void {
    this.#cut.abort()
  }
}

export class Program {
  /** The newest message of the bot that was read */
  seen = 0
  #listening: Listening | undefined

  constructor(
    readonly url: string,
    readonly session: string,
    /** Of every request: the network address that a proxy tells, a language */
    readonly always: Record<string, string> = {},
  ) {}

  static async open(url: string, wanted: object = {}, always: Record<string, string> = {}): Promise<Program> {
    const answer = await fetch(`${url}/chat/api/session`, {
      method: 'POST',
      headers: { ...always, 'Content-Type': 'application/json' },
      body: JSON.stringify(wanted),
    })
    const { session } = (await answer.json()) as { session: string }
    return new Program(url, session, always)
  }

  get headers(): Record<string, string> {
    return { ...this.always, Authorization: `Bearer ${this.session}` }
  }

  post(body: unknown, more: Record<string, string> = {}): Promise<Response> {
    const headers = { ...this.headers, 'Content-Type': 'application/json', ...more }
    return fetch(`${this.url}/chat/api/messages`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  upload(bytes: Uint8Array<ArrayBuffer>, mime: string, more: Record<string, string> = {}): Promise<Response> {
    const headers = { ...this.headers, 'Content-Type': mime, ...more }
    return fetch(`${this.url}/chat/api/messages`, { method: 'POST', headers, body: bytes })
  }

  listen(after?: number, more: Record<string, string> = {}): Listening {
    const query = after === undefined ? '' : `?after=${after}`
    return new Listening(`${this.url}/chat/api/stream${query}`, { ...this.headers, ...more })
  }

  get(path: string, more: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { ...this.headers, ...more } })
  }

  async history(): Promise<Told[]> {
    return ((await (await this.get('/chat/api/history')).json()) as { messages: Told[] }).messages
  }

  /** Says something and waits for the bot's next message. */
  async ask(body: object): Promise<Told> {
    const listening = (this.#listening ??= this.listen(0))
    const answer = await this.post(body)
    if (answer.status !== 202) throw new Error(`refused: ${answer.status} ${await answer.text()}`)
    const { id } = (await answer.json()) as { id: number }
    return this.#heard(listening, Math.max(id, this.seen))
  }

  /** The bot's next message that nobody asked for just now. */
  next(): Promise<Told> {
    if (!this.#listening) throw new Error('nothing was asked so far')
    return this.#heard(this.#listening, this.seen)
  }

  async #heard(listening: Listening, after: number): Promise<Told> {
    const told = await listening.sees(() => listening.bot.find((one) => one.id > after))
    this.seen = told.id
    return told
  }

  close(): void {
    this.#listening?.cut()
  }
}
