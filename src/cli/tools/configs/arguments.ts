import { parseProperties } from '../../../config/properties.ts'
import { ToolError } from '../../tool.ts'

/** Outside of square brackets. */
const outside = '(?=[^\\]]*(?:\\[|$))'

/** `a=1,b=[x,y]`. */
export function parseAddedConfigs(text: string | undefined): Map<string, string> {
  if (text === undefined) return new Map()
  const pairs = text.split(new RegExp(`,${outside}`)).map(pair => pair.split(new RegExp(`\\s*=\\s*${outside}`)))
  if (!pairs.every(pair => pair.length === 2)) {
    throw new ToolError(
      'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  "key=[val1,val2]" to group values which contain commas.',
    )
  }
  return checked(new Map(pairs.map(([key, value]) => [key!.trim(), value!.replaceAll(/\[?\]?/g, '').trim()])))
}

export function parsePropertiesText(text: string): Map<string, string> {
  return checked(parseProperties(text))
}

function checked(configs: Map<string, string>): Map<string, string> {
  for (const key of configs.keys()) {
    if (!/^[$a-zA-Z0-9._-]*$/.test(key)) throw new ToolError(`Invalid character found for config key: ${key}`)
  }
  return configs
}
