/** The limits that the description tells only in words: lengths, numbers, what goes with what. In violation the real server refuses. */

type Params = Record<string, unknown>

export interface UploadedFile {
  field: string
  name: string
  bytes: Buffer
}

const MEGABYTE = 1024 * 1024
const PHOTO_MAX_BYTES = 10 * MEGABYTE
const FILE_MAX_BYTES = 50 * MEGABYTE
const ACTIONS =
  /^(typing|upload_(photo|video|voice|document|video_note)|record_(video|voice|video_note)|choose_sticker|find_location)$/
const BUTTON_ACTIONS = [
  ...['url', 'callback_data', 'web_app', 'login_url', 'switch_inline_query', 'switch_inline_query_current_chat'],
  ...['switch_inline_query_chosen_chat', 'copy_text', 'callback_game', 'pay'],
]

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What is wrong, in words. Lengths are UTF-16 units unless bytes are named. */
export function checkRules(method: string, params: Params, files: UploadedFile[]): string[] {
  const wrong: string[] = []
  const length = (what: string, value: unknown, min: number, max: number): void => {
    if (typeof value !== 'string') return
    if (value.length < min || value.length > max)
      wrong.push(`${method}.${what}: ${value.length} long, not ${min} to ${max}`)
  }
  if (method === 'sendMessage') length('text', params.text, 1, 4096)
  length('caption', params.caption, 0, 1024)
  if (method === 'answerCallbackQuery') length('text', params.text, 0, 200)
  if (method === 'setMyDescription') length('description', params.description, 0, 512)
  if (method === 'setMyShortDescription') length('short_description', params.short_description, 0, 120)
  if (method === 'setMyName') length('name', params.name, 0, 64)
  if (method === 'sendChatAction' && !ACTIONS.test(String(params.action)))
    wrong.push(`${method}.action: ${String(params.action)}`)
  if (method === 'setMyCommands') wrong.push(...commands(params.commands))
  if (method === 'sendMediaGroup') wrong.push(...album(params.media, files))
  if (method === 'setWebhook') wrong.push(...webhook(params))
  if (method === 'getUpdates') {
    const limit = params.limit ?? 100
    if (typeof limit !== 'number' || limit < 1 || limit > 100)
      wrong.push(`getUpdates.limit: ${shown(limit)}, not 1 to 100`)
  }
  for (const { field, bytes } of files) {
    const max = field === 'photo' ? PHOTO_MAX_BYTES : FILE_MAX_BYTES
    if (bytes.length > max) wrong.push(`${method}.${field}: ${bytes.length} bytes, not up to ${max}`)
    if (bytes.length === 0) wrong.push(`${method}.${field}: an empty file`)
  }
  wrong.push(...keyboard(method, params))
  return wrong
}

function commands(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  const wrong = value.length > 100 ? ['setMyCommands: over 100 commands'] : []
  for (const { command, description } of value as { command: string; description: string }[]) {
    if (!/^[a-z0-9_]{1,32}$/.test(command)) wrong.push(`setMyCommands: command ${command}`)
    if (!description || description.length > 256) wrong.push(`setMyCommands: description of ${command}`)
  }
  return wrong
}

function album(value: unknown, files: UploadedFile[]): string[] {
  if (!Array.isArray(value)) return []
  const media = value as { type: string; media: string; caption?: string }[]
  const wrong: string[] = []
  if (media.length < 2 || media.length > 10) wrong.push(`sendMediaGroup.media: ${media.length} items, not 2 to 10`)
  const lonely = media.some(({ type }) => type === 'document' || type === 'audio')
  if (lonely && new Set(media.map(({ type }) => type)).size > 1)
    wrong.push('sendMediaGroup.media: documents or audio among others')
  for (const { media: source, caption = '' } of media) {
    const attached = /^attach:\/\/(.+)$/.exec(source)?.[1]
    if (attached && !files.some(({ field }) => field === attached))
      wrong.push('sendMediaGroup.media: names a file that is not attached')
    if (caption.length > 1024) wrong.push(`sendMediaGroup.media.caption: ${caption.length} long`)
  }
  return wrong
}

function webhook({ secret_token: secret, max_connections: most }: Params): string[] {
  const wrong: string[] = []
  if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(shown(secret)))
    wrong.push('setWebhook.secret_token: not 1-256 of A-Z a-z 0-9 _ -')
  if (most !== undefined && (Number(most) < 1 || Number(most) > 100))
    wrong.push(`setWebhook.max_connections: ${shown(most)}`)
  return wrong
}

type Button = Record<string, unknown>

function keyboard(method: string, params: Params): string[] {
  const markup = params.reply_markup as
    { inline_keyboard?: Button[][]; keyboard?: Button[][]; input_field_placeholder?: string } | undefined
  if (typeof markup !== 'object' || markup === null) return []
  const at = `${method}.reply_markup`
  const wrong: string[] = []
  const inline = (markup.inline_keyboard ?? []).flat()
  if (inline.length > 100) wrong.push(`${at}: ${inline.length} buttons`)
  for (const button of inline) {
    const actions = BUTTON_ACTIONS.filter((name) => button[name] !== undefined)
    if (actions.length !== 1) wrong.push(`${at}: a button with ${actions.length} actions`)
    if (!button.text) wrong.push(`${at}: a button without text`)
    const bytes = Buffer.byteLength(shown(button.callback_data ?? 'x'))
    if (bytes < 1 || bytes > 64) wrong.push(`${at}: callback_data of ${bytes} bytes`)
  }
  for (const button of (markup.keyboard ?? []).flat()) {
    if (!button.text) wrong.push(`${at}: a key without text`)
    const asks = button.request_location !== undefined || button.request_contact !== undefined
    if (asks && Number(params.chat_id) < 0) wrong.push(`${at}: request_* outside a private chat`)
  }
  const { input_field_placeholder: hint } = markup
  if (hint !== undefined && (hint.length < 1 || hint.length > 64))
    wrong.push(`${at}.input_field_placeholder: ${hint.length} long`)
  return wrong
}
