/** What Zalo's error codes mean to us: data, of section 11 of the platform's reference. Every code is negative. */

export type ErrorClass =
  /** The access token is no more: renew it once, call once more */
  | 'refresh'
  /** Passes by itself */
  | 'retry'
  /** Not at this hour: at night */
  | 'night'
  /** A quota is used up: later */
  | 'quota'
  /** This person cannot be reached until heard again */
  | 'unreachable'
  /** An upload is no more: upload anew, once */
  | 'expired-upload'
  /** The buttons may be what is wrong: once more without them */
  | 'shape'
  /** Ours: never again like this */
  | 'bug'
  /** Only an operator can mend it, at Zalo's consoles */
  | 'operator'

const CODES: Record<ErrorClass, readonly number[]> = {
  refresh: [-216, -220, -124],
  retry: [-32, -200],
  night: [-133, -234],
  quota: [-144, -211, -218],
  unreachable: [-213, -217, -227, -230, -232, -244, -403, -108, -114, -118, -119, -139, -141],
  'expired-upload': [-100],
  shape: [-201, -233, -240],
  bug: [-210, -248, -109, -111, -1121, -1122, -1124, -131, -146],
  operator: [
    ...[-204, -205, -209, -212, -219, -221, -223, -224, -235, -237, -238, -241, -242, -1241, -320, -321],
    ...[-115, -117, -120, -135, -138, -126, -127, -147],
  ],
}

const CLASS_OF: ReadonlyMap<number, ErrorClass> = new Map(
  Object.entries(CODES).flatMap(([name, codes]) => codes.map((code) => [code, name as ErrorClass] as const)),
)

export const codesOf = (name: ErrorClass): readonly number[] => CODES[name]

/** A code that no source names is taken for a fault of ours: repeating it would not help, and it is logged. */
export const classOf = (code: number): ErrorClass => CLASS_OF.get(code) ?? 'bug'

/** What the token service says when a refresh token was used before, or has ended [1]. */
export const SPENT_REFRESH_TOKEN: ReadonlySet<number> = new Set([-14014, -14020])
