// The entry of a reading thread. Plain JavaScript: on Node 20 `--import tsx` does not reach worker threads,
// so the thread registers the TypeScript loader itself and then loads what it is for.
import { register } from 'tsx/esm/api'

register()
export const { read } = await import('./read-worker.ts')
