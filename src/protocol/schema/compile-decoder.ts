import { defaultExpression } from './default-value.ts'
import { type AnyField, NO_BYTES, type Shape } from './field.ts'
import type { Reader } from './reader.ts'
import { heapBytes, isCompact, isNullable, isPresent, isTagged, type VersionContext, wireBytesMin } from './sizes.ts'

export type Decoder = (reader: Reader) => unknown

/**
 * Turns one version of a shape into JavaScript that reads it: a function per struct, each field one call on the
 * `Reader`, the value one object literal, so that V8 sees what it would see in code written by hand.
 *
 * Field names become identifiers of that code. They come from our own declarations only, and are checked to be plain.
 */
export function compileDecoder(name: string, shape: Shape, context: VersionContext): Decoder {
  const source = new DecoderSource(context)
  const root = source.structFunction(shape)
  return source.build(root, `${name}.v${context.version}.decode`)
}

const IDENTIFIER = /^[a-z][A-Za-z0-9]*$/

export function checkedName(name: string): string {
  if (!IDENTIFIER.test(name)) throw new TypeError(`a field cannot be called ${JSON.stringify(name)}`)
  return name
}

/** A nullable struct is preceded by an int8, -1 for null, or in a tagged field by an unsigned varint, 0 for null. */
function presenceRead(field: AnyField, context: VersionContext): string {
  return isTagged(field, context) ? 'unsignedVarint() <= 0' : 'int8() < 0'
}

class DecoderSource {
  readonly #context: VersionContext
  readonly #functions: string[] = []
  readonly #byShape = new Map<Shape, string>()

  constructor(context: VersionContext) {
    this.#context = context
  }

  build(root: string, label: string): Decoder {
    const body = `${this.#functions.join('\n')}\nreturn ${root}\n//# sourceURL=ottla/${label}.js`
    return new Function('noBytes', body)(NO_BYTES) as Decoder
  }

  structFunction(shape: Shape): string {
    const known = this.#byShape.get(shape)
    if (known !== undefined) return known
    const functionName = `struct${this.#byShape.size}`
    this.#byShape.set(shape, functionName)
    const context = this.#context
    const lines: string[] = []
    const tagged: [string, AnyField][] = []
    const members: string[] = []
    for (const [name, field] of Object.entries(shape)) {
      const local = `$${checkedName(name)}`
      members.push(`${name}: ${local}`)
      if (isTagged(field, context)) {
        tagged.push([name, field])
        lines.push(`let ${local} = ${defaultExpression(field)}`)
      } else if (isPresent(field, context)) this.#read(lines, `let ${local}`, field, name)
      else lines.push(`const ${local} = ${defaultExpression(field)}`)
    }
    if (!context.isFlexible) lines.push(`return { ${members.join(', ')} }`)
    else {
      lines.push('let unknown', 'for (let tags = r.taggedFieldCount(); tags > 0; tags--) {')
      lines.push('const tag = r.unsignedVarint(), end = r.taggedFieldEnd()', 'switch (tag) {')
      for (const [name, field] of tagged) {
        lines.push(`case ${field.spec.tag}: {`)
        this.#read(lines, `$${name}`, field, name)
        lines.push(`if (r.position !== end) r.fail('the tagged field ${name} does not end where its size says')`)
        lines.push('break }')
      }
      lines.push('default: (unknown ??= []).push(r.unknownTaggedField(tag, end))', '} }')
      lines.push(`const value = { ${members.join(', ')} }`)
      lines.push('if (unknown !== undefined) value.unknownTaggedFields = unknown', 'return value')
    }
    this.#functions.push(`function ${functionName}(r) {\n${lines.join('\n')}\n}`)
    return functionName
  }

  #read(lines: string[], target: string, field: AnyField, name: string): void {
    const { type } = field.spec
    const context = this.#context
    if (type.kind !== 'array') {
      lines.push(`${target} = ${this.#expression(field, name)}`)
      return
    }
    const { element } = type
    const read = isCompact(field, context) ? 'compactArrayLength' : 'arrayLength'
    const variable = target.replace('let ', '')
    if (variable !== target) lines.push(target)
    lines.push(`{ const n = r.${read}(${wireBytesMin(element, context)}, ${heapBytes(element)}, '${name}')`)
    lines.push(isNullable(field, context) ? `if (n < 0) ${variable} = null` : `if (n < 0) r.fail('${name} is null')`)
    lines.push(`else { ${variable} = new Array(n); for (let i = 0; i < n; i++) {`)
    lines.push(`${variable}[i] = ${this.#expression(element, name)}`)
    lines.push('} } }')
  }

  #expression(field: AnyField, name: string): string {
    const { type } = field.spec
    const context = this.#context
    switch (type.kind) {
      case 'struct': {
        const call = `${this.structFunction(type.shape)}(r)`
        return isNullable(field, context) ? `r.${presenceRead(field, context)} ? null : ${call}` : call
      }
      case 'array':
        throw new TypeError(`${name}: an array of arrays is not something Kafka has`)
      case 'string':
      case 'bytes':
      case 'records': {
        const noun = type.kind === 'string' ? 'String' : 'Bytes'
        const words = [isCompact(field, context) ? 'compact' : '', isNullable(field, context) ? 'Nullable' : '', noun]
        const method = words.join('')
        return `r.${method.charAt(0).toLowerCase()}${method.slice(1)}('${name}')`
      }
      default:
        return `r.${type.kind}()`
    }
  }
}
