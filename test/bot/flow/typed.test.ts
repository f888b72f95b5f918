/** The compiler is the test: what a flow's author cannot write. `npm run types` fails when one of these is allowed. */
/* eslint-disable @typescript-eslint/ban-ts-comment -- what must not compile can be said in no other way */
import { expect, test } from '@jest/globals'
import { choice } from '../../../bot/flow/fields/choice.js'
import { text } from '../../../bot/flow/fields/text.js'
import { flow } from '../../../bot/flow/flow.js'

test('what does not fit is a fault when the flow is written', () => {
  const chain = flow('typed').ask('kind', choice(['a', 'b']))
  // @ts-expect-error a later answer is not there yet
  chain.ask('what', text({ upTo: 5 }), { when: ({ later }) => later === 'x' })
  // @ts-expect-error it is no such value
  chain.ask('what', text({ upTo: 5 }), { when: ({ kind }) => kind === 'c' })
  // @ts-expect-error a question is asked once
  chain.ask('kind', choice(['c']))
  // @ts-expect-error its texts would stand where the flow's own name stands
  chain.ask('name', text({ upTo: 5 }))
  chain.ask('maybe', text({ upTo: 5 }), { optional: true }).done(({ kind, maybe }) => {
    const known: 'a' | 'b' = kind
    // @ts-expect-error it may have been skipped
    const said: string = maybe
    return { replies: [], known, said }
  })
  expect(chain).toBeDefined()
})
