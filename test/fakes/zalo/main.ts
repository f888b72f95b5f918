/**
 * The fake Zalo as a process of its own: `tsx test/fakes/zalo/main.ts ['{"port":8090,"webhookUrl":"..."}']`, the settings of
 * `FakeSettings` as JSON. Prints one JSON line, {"url","control","appId","appSecret","oaId","oaSecret"}, when it listens.
 */
import { controls } from './remote.js'
import { FakeZalo, type FakeSettings } from './server.js'

const fake = await new FakeZalo(JSON.parse(process.argv[2] ?? '{}') as Partial<FakeSettings>).up()
const control = await controls(fake)
const { appId, appSecret, oaId, oaSecret } = fake.settings
console.log(JSON.stringify({ url: fake.url, control: control.url, appId, appSecret, oaId, oaSecret }))

const stop = (): void => void Promise.all([fake.stop(), control.stop()]).then(() => process.exit(0))
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
