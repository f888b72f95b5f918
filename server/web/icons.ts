/**
 * What the pages draw, within 48 x 48 and in two tones that the style sheet chooses: `main` and `accent`, and `line` for
 * strokes. Each verdict has an outline of its own, so that it is known without colour.
 */
import { drawing, html, type Html } from './html.js'

const DRAWN = {
  // ---- kinds of step
  farm: '<circle class="accent" cx="36" cy="12" r="7"/><path class="main" d="M2 34q22-11 44 0v12H2z"/><path class="line" d="M24 35V19M24 25q-9 1-11-8q10-1 11 8zM24 22q8 1 10-7q-9-1-10 7z"/><path class="furrow" d="M8 41q16-6 32 0"/>',
  workshop:
    '<path class="line" d="M17 4q-4 4 0 8M24 2q-4 5 0 10M31 4q-4 4 0 8"/><path class="accent" d="M10 16h28l-3 6H13z"/><path class="main" d="M6 23h36v5H6zM9 30h30v14q0 2-2 2H11q-2 0-2-2z"/><path class="furrow" d="M13 35h22M13 41h22"/>',
  ship: '<path class="accent" d="M12 18h10v8H12zM24 12h10v14H24z"/><path class="main" d="M3 28h42l-6 12H10z"/><path class="line" d="M2 44q5-4 11 0t11 0t11 0t11 0"/>',
  truck:
    '<path class="main" d="M2 12h27v22H2z"/><path class="accent" d="M31 19h8l7 8v7H31z"/><circle class="wheel" cx="12" cy="37" r="5"/><circle class="wheel" cx="37" cy="37" r="5"/>',
  crates:
    '<path class="accent" d="M13 4h22v17H13z"/><path class="main" d="M2 25h21v19H2zM25 25h21v19H25z"/><path class="furrow" d="M13 10h22M13 15h22M2 32h21M2 38h21M25 32h21M25 38h21"/>',
  shop: '<path class="main" d="M7 22h34v24H7z"/><path class="accent" d="M6 6h36l4 13q-2 5-7 4q-4 1-7-2q-4 4-8 2q-4 2-8-2q-3 3-7 2q-6 1-7-4z"/><path class="pane" d="M13 29h12v10H13zM30 29h6v17h-6z"/>',
  stall:
    '<path class="line" d="M8 18v26M40 18v26"/><path class="accent" d="M24 3l22 14H2z"/><path class="main" d="M5 29h38v15H5z"/><circle class="accent" cx="15" cy="26" r="5"/><circle class="accent" cx="25" cy="25" r="5"/><circle class="accent" cx="34" cy="26" r="5"/>',
  box: '<path class="main" d="M4 15h40v29H4z"/><path class="accent" d="M9 5h30l5 10H4z"/><path class="pane" d="M20 15h8v12h-8z"/>',
  inspect:
    '<path class="main" d="M8 4h24v40H8z"/><path class="furrow" d="M13 12h14M13 19h10M13 26h6"/><circle class="glass" cx="30" cy="27" r="9"/><path class="line" d="M37 34l8 9M26 27l3 3l5-6"/>',

  // ---- verdicts, each with its own outline; also the steps that stop goods
  checked:
    '<path class="main" d="M24 2l5 4l6-1l3 6l6 3l-1 6l4 5l-4 5l1 6l-6 3l-3 6l-6-1l-5 4l-5-4l-6 1l-3-6l-6-3l1-6l-4-5l4-5l-1-6l6-3l3-6l6 1z"/><path class="mark" d="M14 25l7 7l14-15"/>',
  stated:
    '<path class="main" d="M6 6h36q3 0 3 3v22q0 3-3 3H24L12 45V34H6q-3 0-3-3V9q0-3 3-3z"/><path class="mark" d="M12 20h1M23.5 20h1M35 20h1"/>',
  expired:
    '<path class="main" d="M24 2q2 0 3 2l19 35q2 5-3 6H5q-5-1-3-6L21 4q1-2 3-2z"/><path class="mark" d="M24 17v13M24 37v1"/>',
  'sold-out':
    '<path class="main" d="M3 20h42l-5 24q-1 2-3 2H11q-2 0-3-2z"/><path class="line" d="M12 20L20 4M36 20L28 4"/><path class="mark" d="M16 33h16"/>',
  held: '<circle class="main" cx="24" cy="24" r="22"/><path class="mark" d="M18 15v18M30 15v18"/>',
  recalled:
    '<path class="main" d="M15 2h18l13 13v18L33 46H15L2 33V15z"/><path class="mark" d="M34 31q4-13-9-14H13M19 10l-7 7l7 7"/>',
  destroyed:
    '<path class="main" d="M15 2h18l13 13v18L33 46H15L2 33V15z"/><path class="mark" d="M15 15l18 18M33 15L15 33"/>',
  unknown: '<circle class="ring" cx="24" cy="24" r="21"/><path class="mark" d="M16 18q0-8 8-8t8 8q0 5-8 8v4M24 37v1"/>',

  // ---- where to go on
  chat: '<path class="main" d="M6 5h36q3 0 3 3v22q0 3-3 3H22L11 44V33H6q-3 0-3-3V8q0-3 3-3z"/><path class="furrow" d="M11 14h26M11 22h18"/>',
  badge:
    '<path class="accent" d="M14 26L8 46l10-4l6 4l6-4l10 4l-6-20z"/><circle class="main" cx="24" cy="18" r="16"/><path class="mark" d="M17 18l5 5l9-10"/>',
  produce:
    '<path class="accent" d="M24 12q2-8 12-9q-1 9-12 9z"/><path class="main" d="M24 13c8-5 20 0 19 14c-1 12-11 20-19 18c-8 2-18-6-19-18C4 13 16 8 24 13z"/>',
} as const satisfies Record<string, string>

export type Icon = keyof typeof DRAWN

/** Told to nobody who listens: the words beside it say the same. */
export const icon = (name: Icon, styled = 'icon'): Html =>
  html`<svg class="${styled}" viewBox="0 0 48 48" aria-hidden="true" focusable="false">${drawing(DRAWN[name])}</svg>`
