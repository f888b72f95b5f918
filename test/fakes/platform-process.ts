/** `platform.ts` as a process of its own, for benchmarks: everything arrives. Says {"url"}. */
import { startPlatform } from './platform.js'

const { url } = await startPlatform()
process.stdout.write(`${JSON.stringify({ url })}\n`)
