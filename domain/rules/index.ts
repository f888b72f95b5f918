/** Every automatic rule. A new one is a file that exports an `AutomaticRule`, a row in `rules`, a text, and a line here. */
import { findV01 } from '../../prisma/statements/rules/v01.js'
import { findV02 } from '../../prisma/statements/rules/v02.js'
import { findV04 } from '../../prisma/statements/rules/v04.js'
import { findV06 } from '../../prisma/statements/rules/v06.js'
import { findV16 } from '../../prisma/statements/rules/v16.js'
import { byStatement } from './by-statement.js'
import type { AutomaticRule } from './rule.js'

export const RULES: readonly AutomaticRule[] = [
  byStatement('V01', findV01),
  byStatement('V02', findV02),
  byStatement('V04', findV04),
  byStatement('V06', findV06),
  byStatement('V16', findV16),
]
