/** A short command: one file each. Whoever types its name, or presses its button in a menu, runs it. */
import type { Here, Saying } from '../here.js'

export interface Command {
  /** As typed on every channel: `/register` */
  name: string
  /** `argument`: what was typed behind the name, or the payload of a deep link */
  run(here: Here, argument: string): Promise<Saying>
}
