/**
 * The fake Bot API as a process of its own: `tsx test/fakes/telegram/main.ts [--port N] [--token T] [--per-chat N] [--overall N]
 * [--no-calls] [--no-contract]`. Prints one JSON line, {"url","control","token"}, when it listens.
 */
import { parseArgs } from 'node:util'
import { Contract } from './contract.js'
import { controls } from './remote.js'
import { FAKE_TOKEN, FakeTelegram } from './server.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string', default: FAKE_TOKEN },
    'per-chat': { type: 'string', default: '0' },
    overall: { type: 'string', default: '0' },
    'no-calls': { type: 'boolean', default: false },
    'no-contract': { type: 'boolean', default: false },
  },
})
const contract = values['no-contract'] ? undefined : Contract.load()
if (!contract && !values['no-contract'])
  console.error('fake Telegram: no Bot API description there, calls are not checked against it')

const fake = await new FakeTelegram({
  port: Number(values.port),
  token: values.token,
  perChat: Number(values['per-chat']),
  overall: Number(values.overall),
  keepCalls: !values['no-calls'],
  contract,
}).up()
const control = await controls(fake)
console.log(JSON.stringify({ url: fake.url, control: control.url, token: fake.token }))

const stop = (): void => void Promise.all([fake.stop(), control.stop()]).then(() => process.exit(0))
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
