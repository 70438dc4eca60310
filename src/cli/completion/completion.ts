import type { Shell } from '../own-commands.ts'
import { bashCompletion } from './bash-completion.ts'
import { completionModel } from './completion-model.ts'
import { fishCompletion } from './fish-completion.ts'
import { zshCompletion } from './zsh-completion.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

/** The script that completes command lines of `ottla` in a shell. */
export async function completionScript(shell: Shell): Promise<readonly string[]> {
  return scripts[shell](await completionModel())
}
