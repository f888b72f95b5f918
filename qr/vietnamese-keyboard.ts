/**
 * Undoes what a Vietnamese keyboard makes of a code: Telex turns `A` `S` into `Á` and `D` `D` into `Đ`,
 * VNI turns `A` `1` into `Á` and `D` `9` into `Đ`, while somebody types letters that were never meant as a word.
 */

const TONES: Record<string, { telex: string; vni: string }> = {
  '\u0301': { telex: 'S', vni: '1' },
  '\u0300': { telex: 'F', vni: '2' },
  '\u0309': { telex: 'R', vni: '3' },
  '\u0303': { telex: 'X', vni: '4' },
  '\u0323': { telex: 'J', vni: '5' },
  '\u031b': { telex: 'W', vni: '7' }, // horn
  '\u0306': { telex: 'W', vni: '8' }, // breve
}
const CIRCUMFLEX = '\u0302' // Telex: the letter twice; VNI: 6

/**
 * The keys that were pressed, were it Telex and were it VNI; nothing when no letter carries a mark.
 * `word` is upper case.
 */
export function keysPressed(word: string): string[] {
  const decomposed = word.normalize('NFD')
  if (!/[\p{M}Đ]/u.test(decomposed)) return []
  return (['telex', 'vni'] as const).map((method) => {
    let keys = ''
    for (const letter of decomposed) {
      const tone = TONES[letter]
      if (tone) keys += tone[method]
      else if (letter === CIRCUMFLEX) keys += method === 'vni' ? '6' : keys.slice(-1)
      else if (letter === 'Đ') keys += method === 'vni' ? 'D9' : 'DD'
      else keys += letter
    }
    // Telex writes Ư for a W alone, and no code has a U
    return method === 'telex' ? keys.replaceAll('UW', 'W') : keys
  })
}
