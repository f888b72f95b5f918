/**
 * The Bot API as its machine-readable description says (github.com/PaulSonOfLars/telegram-bot-api-spec, api.json): checks calls
 * and updates against it. The description is not part of this repository: TELEGRAM_CONTRACT names it, or it lies beside it.
 */
import { existsSync, readFileSync } from 'node:fs'

interface Field {
  name: string
  types: string[]
  required: boolean
  description: string
}

interface Described {
  fields?: Field[]
  subtypes?: string[]
  returns?: string[]
}

interface Description {
  version: string
  methods: Record<string, Described>
  types: Record<string, Described>
}

const BESIDE = new URL('../../../../shared/contracts/telegram-bot-api.json', import.meta.url)

/** Where a value came from: within multipart bodies everything is text. */
export interface Sent {
  multipart: boolean
  /** Names of the files of a multipart body */
  files: ReadonlySet<string>
}

const JSON_BODY: Sent = { multipart: false, files: new Set() }

export class Contract {
  private constructor(readonly description: Description) {}

  /** undefined when the description is not there: nothing is checked then, and the caller says so. */
  static load(path: string | URL = process.env.TELEGRAM_CONTRACT || BESIDE): Contract | undefined {
    return existsSync(path) ? new Contract(JSON.parse(readFileSync(path, 'utf8')) as Description) : undefined
  }

  /** What is wrong with a call: unknown method, missing, unknown or mistyped fields. Empty: nothing. */
  checkCall(method: string, params: Record<string, unknown>, sent: Sent = JSON_BODY): string[] {
    const described = this.description.methods[method]
    if (!described) return [`${method}: no such method`]
    const given = { ...params }
    const attached = JSON.stringify(params)
    // A file that a field names as attach://... lies beside the fields.
    for (const name of sent.files) if (!attached.includes(`"attach://${name}"`)) given[name] = FILE
    return this.checkFields(method, described.fields ?? [], given, sent)
  }

  /** What is wrong with a value that should be of this type, such as `Update` or `Array of PhotoSize`. */
  checkType(type: string, value: unknown, path = type): string[] {
    return this.checkValue(path, [type], value, JSON_BODY)
  }

  /** What is wrong with a call's result. */
  checkResult(method: string, result: unknown): string[] {
    return this.checkValue(`${method} ->`, this.description.methods[method]?.returns ?? [], result, JSON_BODY)
  }

  private checkFields(path: string, fields: Field[], given: Record<string, unknown>, sent: Sent): string[] {
    const wrong: string[] = []
    const known = new Map(fields.map((field) => [field.name, field]))
    for (const name of Object.keys(given)) if (!known.has(name)) wrong.push(`${path}.${name}: unknown field`)
    for (const field of fields) {
      const value = given[field.name]
      if (value === undefined) {
        if (field.required) wrong.push(`${path}.${field.name}: missing`)
      } else {
        wrong.push(
          ...this.checkValue(`${path}.${field.name}`, field.types, value, sent),
          ...constant(path, field, value),
        )
      }
    }
    return wrong
  }

  /** The complaints of the type that fits best. */
  private checkValue(path: string, types: string[], value: unknown, sent: Sent): string[] {
    let best: string[] | undefined
    for (const type of types) {
      const wrong = this.checkOne(path, type, value, sent)
      if (wrong.length === 0) return []
      if (!best || wrong.length < best.length) best = wrong
    }
    return best ?? [`${path}: described by no type`]
  }

  private checkOne(path: string, type: string, value: unknown, sent: Sent): string[] {
    const plain = PLAIN[type]
    if (plain) return plain(value, sent.multipart) ? [] : [`${path}: not ${type}: ${shown(value)}`]
    if (type === 'InputFile') return value === FILE ? [] : [`${path}: not a file of a multipart body`]
    const parsed = sent.multipart && typeof value === 'string' ? parse(value) : value
    // Within a JSON-serialized field of a multipart body everything is JSON again.
    const inner: Sent = { ...sent, multipart: false }
    if (type.startsWith('Array of ')) {
      if (!Array.isArray(parsed)) return [`${path}: not an array: ${shown(value)}`]
      return parsed.flatMap((item, i) => this.checkOne(`${path}[${i}]`, type.slice('Array of '.length), item, inner))
    }
    const described = this.description.types[type]
    if (!described) return [`${path}: unknown type ${type}`]
    if (described.subtypes) return this.checkValue(path, described.subtypes, parsed, inner)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return [`${path}: not a ${type}: ${shown(value)}`]
    return this.checkFields(path, described.fields ?? [], parsed as Record<string, unknown>, inner)
  }
}

/** Stands for an uploaded file. */
const FILE = Symbol('file')

const PLAIN: Record<string, (value: unknown, multipart: boolean) => boolean> = {
  Integer: (value, multipart) =>
    Number.isSafeInteger(value) || (multipart && typeof value === 'string' && /^-?\d+$/.test(value)),
  Float: (value, multipart) =>
    Number.isFinite(value) || (multipart && typeof value === 'string' && Number.isFinite(Number(value))),
  String: (value) => typeof value === 'string',
  Boolean: (value, multipart) => typeof value === 'boolean' || (multipart && (value === 'true' || value === 'false')),
}

/** "Type of the media, must be photo"; "The member's status in the chat, always “kicked”". */
function constant(path: string, { name, description }: Field, value: unknown): string[] {
  const said = /(?:, must be|, always) [“"]?([a-z_]+)[”"]?$/.exec(description)?.[1]
  return said !== undefined && typeof value === 'string' && value !== said
    ? [`${path}.${name}: must be ${said}, is ${value}`]
    : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 80)
