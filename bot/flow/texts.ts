/** Every text that a flow can say, by key, so that a test can look for each in every language. */
import type { TextKey } from '../../locales/say.js'
import { isGroup, type AnyFlow, type Question } from './flow.js'
import { MORE } from './position.js'

/** What the engine itself says, in every flow. */
const ENGINE: TextKey[] = [
  'flow.back',
  'flow.cancel',
  'flow.cancelled',
  'flow.changed',
  'flow.done',
  'flow.drop',
  'flow.help',
  'flow.hotline',
  'flow.keep',
  'flow.kept.contact',
  'flow.kept.full',
  'flow.kept.photo',
  'flow.kept.place',
  'flow.name-or-cancel',
  'flow.no-back',
  'flow.no-hotline',
  'flow.no-skip',
  'flow.not-done',
  'flow.not-offered',
  'flow.noted',
  'flow.rest.ask',
  'flow.rest.go-on',
  'flow.rest.going-on',
  'flow.rest.help',
  'flow.rest.start-again',
  'flow.review.add',
  'flow.review.edit',
  'flow.review.line',
  'flow.review.send',
  'flow.review.unclear',
  'flow.skip',
  'flow.skipped',
  'flow.stale',
  'flow.unneeded',
  'flow.unsaved',
  'flow.unusable',
  'flow.use',
  'flow.used',
]

export function textsOf(flow: AnyFlow): string[] {
  const review = flow.review ? [`${flow.name}.review.ask`, `${flow.name}.review.help`] : []
  const asked = flow.steps.flatMap((step) => {
    const place = `${flow.name}.${step.name}`
    if (!isGroup(step)) return textsOfQuestion(place, step)
    return [
      `${place}.name`,
      ...[...step.questions, MORE].flatMap((question) => textsOfQuestion(`${place}.${question.name}`, question)),
    ]
  })
  return [...new Set([...ENGINE, `${flow.name}.name`, ...review, ...asked])].sort()
}

const textsOfQuestion = (place: string, { field }: Question): string[] => [
  ...['ask', 'name', 'help', ...(field.typed ? ['example'] : [])].map((text) => `${place}.${text}`),
  ...field.texts(place),
]
