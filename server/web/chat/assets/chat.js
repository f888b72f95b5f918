/**
 * The chat page. What is said goes out by POST and comes back by the stream, like everything else: what stands in the log is
 * what the house has. Texts and addresses come from the page itself (body[data-facts]).
 */
const facts = JSON.parse(document.body.dataset.facts)
const say = (key, params = {}) =>
  (facts.texts[key] ?? key).replace(/\{\{(\w+)\}\}/g, (whole, name) => params[name] ?? whole)
const at = (id) => document.getElementById(id)
const [log, words, form, status] = [at('log'), at('words'), at('say'), at('status')]
const UPLOAD_MAX_BYTES = 20 * 1024 * 1024

/** Waits before a post is tried again with the same key. ms */
const AGAIN_MS = [1000, 2000, 4000]
/** Nobody answers that late: the note goes. ms */
const ANSWER_WITHIN_MS = 20_000
/** A hidden page gives its connection back after this; it resumes when it is seen again. ms */
const HIDDEN_MS = 60_000
/** Letters of a choice that stand beside back, skip and the like */
const ASIDE = new Set(['skip', 'back', 'cancel', 'help'])

const pause = (ms) => new Promise((done) => setTimeout(done, ms))
/** crypto.randomUUID is there in secure contexts only. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

// ---------------------------------------------------------------------------------------------- status

/** What the status line says, the most urgent first. */
const notes = { lost: '', trouble: '', sending: '', answering: '', good: '' }
function note(which, text) {
  notes[which] = text
  const shown = Object.values(notes).find(Boolean) ?? ''
  if (status.textContent !== shown) status.textContent = shown
  status.hidden = shown === ''
}
function noteFor(which, text, ms) {
  note(which, text)
  setTimeout(() => notes[which] === text && note(which, ''), ms)
}

// ---------------------------------------------------------------------------------------------- session and posts

async function call(path, options = {}) {
  const headers = { 'Accept-Language': facts.language, ...options.headers }
  return fetch(`/chat/api/${path}`, { credentials: 'same-origin', ...options, headers })
}
const postJson = (path, body, headers = {}) =>
  call(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  })

const openSession = async (wanted = {}) => {
  const answer = await postJson('session', wanted)
  if (!answer.ok) throw new Error(await refusal(answer))
}
const refusal = async (answer) => (await answer.json().catch(() => ({}))).message ?? ''

/** Resolves with the message's id; throws a sentence, or nothing when the house was not reached. */
async function post(send) {
  for (let run = 0; ; run++) {
    const answer = await send().catch(() => undefined)
    if (answer?.status === 202) {
      const { id } = await answer.json()
      awaitAnswer(id)
      return id
    }
    const mayPass = !answer || answer.status === 401 || answer.status === 429 || answer.status >= 500
    if (!mayPass || run === AGAIN_MS.length) throw new Error(answer ? await refusal(answer) : '')
    const told = Number(answer?.headers.get('Retry-After') ?? 0) * 1000
    await pause(Math.max(AGAIN_MS[run], Math.min(told, 10_000)))
    if (answer?.status === 401) await openSession().catch(() => undefined)
  }
}

async function speak(body, { key = newKey(), failed = 'not-sent' } = {}) {
  note('trouble', '')
  note('sending', say('sending'))
  try {
    await post(() => postJson('messages', body, { 'Idempotency-Key': key }))
    return true
  } catch (error) {
    note('trouble', error.message || say(failed))
    return false
  } finally {
    note('sending', '')
  }
}

async function sendPhoto(file) {
  note('trouble', '')
  if (file.size > UPLOAD_MAX_BYTES) return note('trouble', say('photo-too-large'))
  note('sending', say('sending-photo'))
  const key = newKey()
  const headers = {
    'Content-Type': file.type || 'image/jpeg',
    'Idempotency-Key': key,
    ...(file.name && { 'X-File-Name': encodeURIComponent(file.name) }),
  }
  try {
    await post(() => call('messages', { method: 'POST', body: file, headers }))
  } catch (error) {
    note('trouble', error.message || say('photo-not-sent'))
  } finally {
    note('sending', '')
  }
}

// ---------------------------------------------------------------------------------------------- the log

let last = 0
let answeredTo = 0
let quiet = true

/** The stream may have been faster than the answer to our post. */
function awaitAnswer(id) {
  if (answeredTo > id) return
  noteFor('answering', say('answering'), ANSWER_WITHIN_MS)
}

const make = (tag, { text, ...attributes } = {}) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text !== undefined) element.textContent = text
  return element
}

function show(message) {
  if (message.id <= last) return
  last = message.id
  if (!message.own) {
    answeredTo = message.id
    note('answering', '')
  }
  if (message.own && message.chose !== undefined) settle(message.chose)
  if (message.question !== undefined) for (const group of log.querySelectorAll('.choices')) close(group)
  const { text, files, choices } = message
  // What is said without a word (the beginning) is answered by a message that is read from its own beginning.
  if (message.own && !text && files.length === 0) turn = undefined
  if (!text && files.length === 0 && choices.length === 0) return

  const follows = message.own || nearEnd()
  const article = make('article', { class: `message ${message.own ? 'own' : ''} ${quiet ? '' : 'new'}`, tabindex: -1 })
  article.dataset.id = message.id
  if (message.question !== undefined) article.dataset.question = message.question
  if (message.language && message.language !== facts.language) article.lang = message.language
  article.append(make('span', { class: 'unseen', text: `${say(message.own ? 'you' : 'bot')}: ` }))
  if (text) article.append(bubble(message))
  for (const file of files) article.append(shownFile(file, message.own))
  if (choices.length > 0 || message.wants) article.append(choicesOf(message))
  log.append(article)
  turn ??= article
  if (message.own) {
    turn = article
    away = false
  }
  if (follows) reveal()
  // A button that was pressed is gone: whoever uses the keyboard goes on at the answer.
  if (!message.own && !quiet && (document.activeElement === log || document.activeElement === document.body) && byKeys)
    article.focus({ preventScroll: true })
}

function bubble({ text, own }) {
  const said = make('div', { class: 'said' })
  const [first, ...rest] = text.split('\n')
  if (own || rest.length === 0) said.textContent = text
  else said.append(make('span', { class: 'first', text: first }), `\n${rest.join('\n')}`)
  return said
}

function shownFile({ url, name, mime }, own) {
  if (!/^image\/(jpeg|png|webp|gif)$/.test(mime))
    return make('a', { class: 'button', href: url, download: name, text: say('open-file', { name }) })
  const link = make('a', { href: url, target: '_blank', rel: 'noopener' })
  const image = make('img', { src: url, alt: own ? say('photo-alt') : name })
  if (nearEnd()) image.addEventListener('load', () => log.lastElementChild?.contains(image) && reveal())
  link.append(image)
  return link
}

function choicesOf({ choices, wants, text }) {
  const group = make('div', { class: 'choices', role: 'group', 'aria-label': text.split('\n').at(-1) })
  if (wants === 'place') {
    const button = make('button', { type: 'button', class: 'main', text: say('send-place') })
    button.addEventListener('click', sendPlace)
    group.append(button)
  }
  for (const { value, label, data, url } of choices) {
    if (url !== undefined) {
      group.append(make('a', { class: 'button', href: url, rel: 'noopener', text: label }))
      continue
    }
    const button = make('button', { type: 'button', text: label, class: ASIDE.has(value) ? 'aside' : '' })
    button.dataset.value = value
    if (data !== undefined) button.dataset.data = data
    button.addEventListener('click', () =>
      choose(group, button, data === undefined ? { choice: value } : { press: data }),
    )
    group.append(button)
  }
  return group
}

async function choose(group, button, body) {
  if (byKeys) log.focus({ preventScroll: true })
  button.classList.add('chosen')
  const waiting = close(group)
  if (await speak(body)) return
  button.classList.remove('chosen')
  for (const one of waiting) one.disabled = false
}

/** The choice was made, here or in another window. */
function settle(chosen) {
  const buttons = [...log.querySelectorAll('.choices button')].reverse()
  const button = buttons.find(({ dataset }) => dataset.data === chosen || dataset.value === chosen)
  if (!button) return
  button.classList.add('chosen')
  close(button.parentElement)
}

function close(group) {
  const open = [...group.querySelectorAll('button:not(:disabled)')]
  for (const button of open) button.disabled = true
  return open
}

/** The page scrolls as a whole when it is low. */
const scroller = () => (getComputedStyle(log).overflowY === 'visible' ? document.scrollingElement : log)
/** Whoever has scrolled up to read is left there. */
let away = false
addEventListener('wheel', () => (away = !atEnd()), { passive: true })
addEventListener('touchmove', () => (away = !atEnd()), { passive: true })
const nearEnd = () => !away || atEnd()
const atEnd = () => {
  const { scrollHeight, scrollTop, clientHeight } = scroller()
  return scrollHeight - scrollTop - clientHeight < 160
}
/** The person's last message: what follows it is the answer, and is read from its beginning. */
let turn
function reveal() {
  const box = scroller()
  const end = box.scrollHeight - box.clientHeight
  const begin = turn ? turn.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop : end
  const top = box === log ? begin : begin + log.getBoundingClientRect().top + box.scrollTop
  box.scrollTo({ top: Math.min(end, top - 8), behavior: quiet ? 'instant' : 'auto' })
}

/** Whether the person goes by keyboard: a finger's focus is not moved, or the phone's keyboard would jump up. */
let byKeys = false
addEventListener('keydown', () => (byKeys = true), true)
addEventListener('pointerdown', () => (byKeys = false), true)

// ---------------------------------------------------------------------------------------------- the stream

let stream
let broken = 0

function connect() {
  stream?.close()
  stream = new EventSource(`/chat/api/stream?after=${last}`)
  const mine = stream
  mine.addEventListener('open', () => {
    broken = 0
    if (!notes.lost) return
    note('lost', '')
    noteFor('good', say('connected'), 3000)
  })
  mine.addEventListener('message', (event) => show(JSON.parse(event.data)))
  mine.addEventListener('error', () => {
    if (mine !== stream) return
    broken += 1
    // A moment's break (a server that is started again) is mended before anybody reads of it.
    setTimeout(() => broken > 0 && mine === stream && note('lost', say('reconnecting')), broken > 1 ? 0 : 1500)
    if (mine.readyState !== EventSource.CLOSED) return
    // Refused: the browser gives up, we do not.
    setTimeout(
      async () => {
        if (mine !== stream) return
        if (broken > 1) await openSession().catch(() => undefined)
        if (mine === stream) connect()
      },
      Math.min(2000 * broken, 15_000),
    )
  })
}

let hidden
document.addEventListener('visibilitychange', () => {
  clearTimeout(hidden)
  if (document.hidden) {
    hidden = setTimeout(() => {
      stream?.close()
      stream = undefined
    }, HIDDEN_MS)
  } else if (ready && (!stream || stream.readyState === EventSource.CLOSED)) connect()
})
addEventListener('online', () => ready && connect())
addEventListener('offline', () => note('lost', say('reconnecting')))

// ---------------------------------------------------------------------------------------------- what the person does

let sending = false
let unsent = { text: '', key: '' }

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = words.value.trim()
  if (!text || sending) return
  sending = true
  // Sent again after a failure: the same message has the same key.
  if (unsent.text !== text) unsent = { text, key: newKey() }
  const sent = await speak({ text }, { key: unsent.key })
  sending = false
  if (!sent) return
  unsent = { text: '', key: '' }
  if (words.value.trim() === text) words.value = ''
  grow()
})
words.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
})
function grow() {
  words.style.height = 'auto'
  words.style.height = `${words.scrollHeight + 4}px`
}
words.addEventListener('input', grow)

at('menu').addEventListener('click', () => speak({ text: say('menu') }))
at('other-language').addEventListener('click', async (event) => {
  event.preventDefault()
  const link = event.currentTarget
  await speak({ text: `/language ${link.hreflang}` })
  location.assign(link.href)
})

at('pick').addEventListener('click', () => at('photo').click())
for (const id of ['photo', 'shot'])
  at(id).addEventListener('change', async ({ target }) => {
    for (const file of target.files) await sendPhoto(file)
    target.value = ''
  })

at('scan').addEventListener('click', async () => {
  const dialog = at('camera')
  if (!navigator.mediaDevices?.getUserMedia || !dialog.showModal) return at('shot').click()
  const { scan } = await import(facts.camera)
  const result = await scan({ dialog, video: at('finder'), shoot: at('shoot'), close: at('close-camera'), facts })
  if (result.kind === 'denied') {
    note('trouble', say('camera-denied'))
    at('shot').click()
  } else if (result.kind === 'code') {
    noteFor('good', say('camera-found'), 4000)
    await speak({ text: result.text })
  } else if (result.kind === 'picture') await sendPhoto(result.picture)
})

at('place').addEventListener('click', sendPlace)
function sendPlace() {
  const denied = () => {
    note('sending', '')
    noteFor('trouble', say('place-denied'), 10_000)
  }
  if (!navigator.geolocation) return denied()
  note('sending', say('place-waiting'))
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => void speak({ place: [coords.latitude, coords.longitude] }),
    denied,
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
  )
}

// ---------------------------------------------------------------------------------------------- the beginning

let ready = false

async function begin() {
  const asked = new URLSearchParams(location.search)
  const persona = asked.get('persona')
  if (persona !== null) {
    await openSession(persona === '' ? { fresh: true } : { persona })
    asked.delete('persona')
    // Once more from the start: the page says who one is.
    return location.replace(`/chat?${asked}`)
  }
  await openSession()
  const { messages } = await (await call('history')).json()
  for (const message of messages) show(message)
  reveal()
  quiet = false
  log.removeAttribute('aria-busy')
  ready = true
  connect()
  const start = asked.get('start')
  if (start !== null) {
    asked.delete('start')
    // Before it is said: a reload does not say it twice.
    history.replaceState(null, '', asked.size > 0 ? `/chat?${asked}` : '/chat')
    await speak({ start })
  } else if (messages.length === 0) await speak({ start: null }, { key: 'first' })
}

log.setAttribute('aria-busy', 'true')
begin().catch((error) => note('trouble', error.message || say('session-failed')))
