/**
 * The ways in which a picture is searched for codes, in order: cheap and strong first. The list is the door for more of them;
 * a reader can be given another module that exports `STEPS`. What each of them brings: docs/decisions/049.
 */
import { searchByGrid } from './grid/search.js'
import { readWithJsqr } from './jsqr.js'
import { sureOf } from './linear.js'
import type { Grey, Step } from './step.js'
import { prepareZxing, readWithZxing } from './zxing.js'

const zxing = async (picture: Grey) => sureOf(picture, await readWithZxing(picture))

export const STEPS: readonly Step[] = [
  {
    name: 'zxing',
    longSide: 1600,
    atAGlance: true,
    prepare: prepareZxing,
    read: zxing,
  },
  // a photo in the dark: at half its size its noise is half as much
  { name: 'zxing-small', longSide: 800, worthIt: (side) => side > 1000, read: zxing },
  {
    name: 'grid',
    longSide: 1600,
    seeksMore: 'always',
    read: (picture, before) => searchByGrid(picture, before, { around: 0.04 }),
  },
  {
    name: 'grid-near',
    longSide: 1600,
    seeksMore: 'where-likely',
    read: (picture, before) => searchByGrid(picture, before, { around: 0.015 }),
  },
  {
    name: 'grid-wide',
    longSide: 800,
    seeksMore: 'where-likely',
    read: (picture, before) => searchByGrid(picture, before, { around: 0.12 }),
  },
  // phone originals sent as a file: a small code on a large picture
  { name: 'zxing-large', longSide: 3200, worthIt: (side) => side > 1920, read: zxing },
  // at 1280 px a noisy photo without a code takes it 2 s, at 800 px 0.7 s at worst and 20 ms as a rule; of 471 marked codes one fewer
  { name: 'jsqr', longSide: 800, read: readWithJsqr },
]
