import { styleText } from 'node:util'
import type { Paint } from './terminal.ts'

/** Colours what goes to a stream where that is a terminal, or `FORCE_COLOR` says so, and `NO_COLOR` does not forbid it. */
export function painter(stream: () => NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream: stream() })
}

/** For what no person looks at. */
export const plain: Paint = (_style, text) => text
