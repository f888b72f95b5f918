/** The live viewfinder: reads codes where the browser can, or in a worker of ours; else the picture is sent to be read. */

/** Between looks: a cheap phone must not grow hot. ms */
const LOOK_MS = 200
/** The longer side of what the worker reads; a QR code that fills a quarter of it has over 5 pixels a module. Pixels */
const WORKER_SIDE_MAX = 800
/** Codes that name a lot, or a link: understood as typed. What else a code says is read from the picture. */
const TYPED = /^(https?:\/\/\S+|[0-9A-Za-z]{6,31})$/

/**
 * Resolves with {kind: 'code', text}, {kind: 'picture', picture}, {kind: 'closed'} or {kind: 'denied'}; the camera is off
 * and the dialog closed by then.
 */
export async function scan({ dialog, video, shoot, close, facts }) {
  let stream
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 1280 } },
    })
  } catch {
    return { kind: 'denied' }
  }
  const reader = await makeReader(facts)
  const over = new AbortController()
  video.srcObject = stream
  dialog.showModal()
  try {
    await video.play().catch(() => undefined)
    return await new Promise((resolve) => {
      const once = { signal: over.signal }
      close.addEventListener('click', () => resolve({ kind: 'closed' }), once)
      dialog.addEventListener('close', () => resolve({ kind: 'closed' }), once)
      shoot.addEventListener('click', async () => resolve({ kind: 'picture', picture: await picture(video) }), once)
      void look(video, reader, over.signal).then(async (text) => {
        if (text === undefined) return
        navigator.vibrate?.(80)
        resolve(TYPED.test(text) ? { kind: 'code', text } : { kind: 'picture', picture: await picture(video) })
      })
    })
  } finally {
    over.abort()
    reader.end()
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
    if (dialog.open) dialog.close()
  }
}

async function look(video, reader, signal) {
  while (!signal.aborted) {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const text = await reader.read(video).catch(() => undefined)
      if (text && !signal.aborted) return text
    }
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
  return undefined
}

async function makeReader(facts) {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? []
  if (formats.includes('qr_code')) {
    const wanted = ['qr_code', 'data_matrix'].filter((format) => formats.includes(format))
    const detector = new BarcodeDetector({ formats: wanted })
    return { read: async (video) => (await detector.detect(video))[0]?.rawValue, end: () => undefined }
  }
  return workerReader(facts)
}

function workerReader({ worker: address, jsqr }) {
  const worker = new Worker(`${address}#${jsqr}`)
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return {
    read(video) {
      const scale = Math.min(1, WORKER_SIDE_MAX / Math.max(video.videoWidth, video.videoHeight))
      canvas.width = Math.round(video.videoWidth * scale)
      canvas.height = Math.round(video.videoHeight * scale)
      pen.drawImage(video, 0, 0, canvas.width, canvas.height)
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height)
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data: text }) => resolve(text)
        worker.onerror = reject
        worker.postMessage({ data, width, height }, [data.buffer])
      })
    },
    end: () => worker.terminate(),
  }
}

/** What the camera sees now, as it is, as a JPEG. */
function picture(video) {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d').drawImage(video, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}
