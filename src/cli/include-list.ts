import { ToolError } from './tool.ts'

/** Kafka's `IncludeList`: a pattern of whole names in which commas separate alternatives. */
export function includeList(pattern: string): (name: string) => boolean {
  const alternatives = pattern
    .trim()
    .replaceAll(',', '|')
    .replaceAll(/\s+/g, '')
    .replaceAll(/^["']+|["']+$/g, '')
  let expression: RegExp
  try {
    expression = new RegExp(`^(?:${alternatives})$`)
  } catch {
    throw new ToolError(`${pattern} is an invalid regex.`)
  }
  return name => expression.test(name)
}
