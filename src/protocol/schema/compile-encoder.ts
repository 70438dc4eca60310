import { checkedName } from './compile-decoder.ts'
import { defaultExpression, hasScalarDefault, isDefaultValue } from './default-value.ts'
import { type AnyField, NO_BYTES, type RawTaggedField, type Shape } from './field.ts'
import { EncodeError } from './protocol-error.ts'
import { isCompact, isNullable, isPresent, isTagged, type VersionContext } from './sizes.ts'
import type { Writer } from './writer.ts'

export type Encoder = (writer: Writer, value: unknown) => void

/** The other direction of `compileDecoder`: a function per struct, each field one call on the `Writer`. */
export function compileEncoder(name: string, shape: Shape, context: VersionContext): Encoder {
  const source = new EncoderSource(name, context)
  const root = source.structFunction(shape)
  return source.build(root, `${name}.v${context.version}.encode`)
}

class EncoderSource {
  readonly #message: string
  readonly #context: VersionContext
  readonly #functions: string[] = []
  readonly #byShape = new Map<Shape, string>()
  /** Fields whose values the code compares with their default at run time, as `fields[i]`. */
  readonly #fields: AnyField[] = []

  constructor(message: string, context: VersionContext) {
    this.#message = message
    this.#context = context
  }

  build(root: string, label: string): Encoder {
    const body = `${this.#functions.join('\n')}\nreturn ${root}\n//# sourceURL=ottla/${label}.js`
    const { version } = this.#context
    const refuse = (field: string): never => {
      throw new EncodeError(`${this.#message} v${version} has no ${field}, and the value of it is not the default`)
    }
    return new Function('fields', 'isDefault', 'noBytes', 'sorted', 'refuse', body)(
      this.#fields,
      isDefaultValue,
      NO_BYTES,
      sortedTags,
      refuse,
    ) as Encoder
  }

  structFunction(shape: Shape): string {
    const known = this.#byShape.get(shape)
    if (known !== undefined) return known
    const functionName = `struct${this.#byShape.size}`
    this.#byShape.set(shape, functionName)
    const context = this.#context
    const lines: string[] = ['let x']
    const tagged: [string, AnyField][] = []
    for (const [name, field] of Object.entries(shape)) {
      checkedName(name)
      if (isTagged(field, context)) tagged.push([name, field])
      else if (isPresent(field, context)) this.#write(lines, name, field)
      else if (!field.spec.isIgnorable) lines.push(`if (${this.#isNotDefault(field, `v.${name}`)}) refuse('${name}')`)
    }
    if (context.isFlexible) this.#taggedSection(lines, tagged)
    else lines.push(`if (v.unknownTaggedFields?.length > 0) refuse('unknownTaggedFields')`)
    this.#functions.push(`function ${functionName}(w, v) {\n${lines.join('\n')}\n}`)
    return functionName
  }

  #write(lines: string[], name: string, field: AnyField): void {
    lines.push(`x = v.${name}; if (x === undefined) x = ${defaultExpression(field)}`)
    this.#writeX(lines, name, field)
  }

  /** Writes the field whose value is in the local `x`. */
  #writeX(lines: string[], name: string, field: AnyField): void {
    const { type } = field.spec
    const context = this.#context
    if (type.kind === 'struct') {
      const call = `${this.structFunction(type.shape)}(w, x)`
      if (!isNullable(field, context)) lines.push(call)
      else {
        // As the decoder has it: tagged, the mark of presence is an unsigned varint.
        const mark = (isHere: boolean) =>
          isTagged(field, context) ? `w.unsignedVarint(${isHere ? 1 : 0})` : `w.int8(${isHere ? 1 : -1}, '${name}')`
        lines.push(`if (x === null) ${mark(false)}`, `else { ${mark(true)}; ${call} }`)
      }
    } else if (type.kind === 'array') {
      const length = isCompact(field, context) ? 'w.unsignedVarint(x.length + 1)' : `w.arrayLength(x.length, '${name}')`
      const nothing = isCompact(field, context) ? 'w.unsignedVarint(0)' : 'w.nullArray()'
      const whenNull = isNullable(field, context) ? nothing : `w.nullNotAllowed('${name}')`
      lines.push(`if (x === null) ${whenNull}`, `else { const list = x; ${length}`)
      lines.push('for (let i = 0; i < list.length; i++) { x = list[i]')
      this.#writeX(lines, name, type.element)
      lines.push('} }')
    } else lines.push(`w.${this.#method(field)}(x, '${name}')`)
  }

  #method(field: AnyField): string {
    const { kind } = field.spec.type
    if (kind !== 'string' && kind !== 'bytes' && kind !== 'records') return kind
    const compact = isCompact(field, this.#context) ? 'compact' : ''
    const nullable = isNullable(field, this.#context) ? 'Nullable' : ''
    const method = `${compact}${nullable}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
    return `${method.charAt(0).toLowerCase()}${method.slice(1)}`
  }

  #taggedSection(lines: string[], tagged: [string, AnyField][]): void {
    const inTagOrder = tagged.toSorted((a, b) => (a[1].spec.tag ?? 0) - (b[1].spec.tag ?? 0))
    const tags = inTagOrder.map(([, field]) => field.spec.tag ?? 0)
    lines.push(`const unknown = v.unknownTaggedFields === undefined || v.unknownTaggedFields.length === 0
      ? undefined : sorted(v.unknownTaggedFields, [${tags.join(', ')}])`)
    lines.push('let tags = unknown === undefined ? 0 : unknown.length')
    inTagOrder.forEach(([name, field], i) => {
      lines.push(`const t${i} = v.${name}, has${i} = ${this.#isNotDefault(field, `t${i}`)}; if (has${i}) tags++`)
    })
    lines.push('w.unsignedVarint(tags)', 'if (tags === 0) return')
    let from = 0
    inTagOrder.forEach(([name, field], i) => {
      const tag = tags[i] ?? 0
      lines.push(`if (unknown !== undefined) w.rawTaggedFields(unknown, ${from}, ${tag})`)
      lines.push(`if (has${i}) { const mark = w.beginTagged(${tag}); x = t${i}`)
      this.#writeX(lines, name, field)
      lines.push('w.endTagged(mark) }')
      from = tag + 1
    })
    lines.push(`if (unknown !== undefined) w.rawTaggedFields(unknown, ${from}, Infinity)`)
  }

  #isNotDefault(field: AnyField, expression: string): string {
    const isOther = hasScalarDefault(field)
      ? `${expression} !== ${defaultExpression(field)}`
      : `!isDefault(${this.#field(field)}, ${expression})`
    return `(${expression} !== undefined && ${isOther})`
  }

  #field(field: AnyField): string {
    this.#fields.push(field)
    return `fields[${this.#fields.length - 1}]`
  }
}

/** Ascending, as the format demands, and none of them a tag that the version declares. */
function sortedTags(fields: readonly RawTaggedField[], declared: readonly number[]): readonly RawTaggedField[] {
  const sorted = fields.toSorted((a, b) => a.tag - b.tag)
  sorted.forEach(({ tag }, i) => {
    if (declared.includes(tag)) throw new EncodeError(`the unknown tagged field ${tag} is declared in this version`)
    if (sorted[i - 1]?.tag === tag) throw new EncodeError(`the unknown tagged field ${tag} is there twice`)
  })
  return sorted
}
