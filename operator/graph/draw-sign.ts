import type { StateStatus } from './state-status.ts';

/** A status as a drawing of about 12 × 12 pixels around 0, so that nobody needs to tell colours, or has to have a font. */
const SIGNS: Record<StateStatus, { path: string; filled: boolean }> = {
  // ✓
  done: { path: 'M-5 .5L-1.5 4L5-4', filled: false },
  // ▶
  running: { path: 'M-3.5-5L5 0L-3.5 5Z', filled: true },
  // A clock
  waiting: { path: 'M-6 0A6 6 0 1 1 6 0A6 6 0 1 1-6 0M0-3.5V0L2.5 1.5', filled: false },
  // ⚠
  caught: { path: 'M0-5.5L6 5H-6ZM0-1.5V1.6M0 3.3V3.4', filled: false },
  // ✕
  failed: { path: 'M-4-4L4 4M4-4L-4 4', filled: false },
  // ■
  aborted: { path: 'M-4-4H4V4H-4Z', filled: true },
};

/** @param x of its centre, as `y`; pixels */
export function drawSign(status: StateStatus, x: number, y: number): string {
  const { path, filled } = SIGNS[status];
  return `<path class="sign${filled ? ' filled' : ''}" transform="translate(${x} ${y})" d="${path}"/>`;
}
