declare module 'heic-decode' {
  /** RGBA, row by row, turned as the file says. */
  function decode(from: { buffer: Uint8Array }): Promise<{ width: number; height: number; data: Uint8ClampedArray }>
  export { decode as default }
}
