/** Every command by its name, equal on all channels. */
import { cancel } from './cancel.js'
import { cases } from './cases.js'
import { check } from './check.js'
import { colleagues } from './colleagues.js'
import type { Command } from './command.js'
import { handover } from './handover.js'
import { help } from './help.js'
import { invite } from './invite.js'
import { language } from './language.js'
import { lots } from './lots.js'
import { manage } from './manage.js'
import { menu } from './menu.js'
import { register } from './register.js'
import { report } from './report.js'
import { reports } from './reports.js'
import { standin } from './standin.js'
import { start } from './start.js'

const FOR_ALL = [start, menu, check, register, lots, report, reports, cases, language, help, cancel]
const FOR_OFFICIALS = [colleagues, invite, manage, standin, handover]

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [...FOR_ALL, ...FOR_OFFICIALS].map((command) => [command.name, command]),
)

/** `/check ABC` -> the command and what stands behind it; null: no command, or none of ours. */
export function commandIn(said: string): { command: Command; argument: string } | null {
  const [, name, argument = ''] = /^\/([a-z]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i.exec(said.trim()) ?? []
  const command = name && COMMANDS.get(name.toLowerCase())
  return command ? { command, argument: argument.trim() } : null
}
