export default async function stop() {
  await globalThis.testServer.stop()
}
