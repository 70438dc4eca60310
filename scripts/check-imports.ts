import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from '@swc/core'
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser'
import { bannedGlobals, bannedMembers, machineBannedGlobals, type Room, rooms } from './import-rules.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** Every breach of `import-rules.ts` in `src/`, one line each. */
export async function importViolations(): Promise<string[]> {
  const result = await cruiseSource()
  const files = result.modules.map(({ source }) => source).filter(source => source.startsWith('src/'))
  return [
    ...files.filter(file => roomOf(file) === undefined).map(file => `${file} belongs to no room of import-rules.ts`),
    ...result.summary.violations.map(({ rule, from, to }) => `${from} imports ${to}: ${rule.name}`),
    ...files.flatMap(file => bansBroken(file)),
  ]
}

async function cruiseSource(): Promise<ICruiseResult> {
  const { output } = await cruise(
    ['src'],
    {
      baseDir: repository,
      parser: 'swc',
      doNotFollow: { path: 'node_modules' },
      validate: true,
      ruleSet: { forbidden: rooms.flatMap(rulesOf) },
    },
    {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['node', 'import', 'require', 'default'],
      exportsFields: ['exports'],
    },
  )
  if (typeof output === 'string') throw new TypeError('dependency-cruiser was to return an object')
  return output
}

/** The rules of one room, in the language of dependency-cruiser. */
function rulesOf(room: Room): IRegularForbiddenRuleType[] {
  const from = { path: pattern(room.path) }
  const allowedNode = room.node ?? []
  const rule = (name: string, to: IRegularForbiddenRuleType['to']): IRegularForbiddenRuleType => ({
    name: `src/${room.path} ${name}`,
    severity: 'error',
    from,
    to,
  })
  const rules = [
    rule('may not import that room', {
      path: '^src/',
      pathNot: [room.path, ...room.imports].map(pattern),
    }),
    rule('imports what cannot be found', { couldNotResolve: true, pathNot: '^(node:|@node-rs/)' }),
  ]
  if (!allowedNode.includes('*')) {
    const names = allowedNode.map(name => name.replace('node:', ''))
    rules.push(
      rule("may not import that module of Node's", {
        dependencyTypes: ['core'],
        ...(names.length === 0 ? {} : { pathNot: `^(node:)?(${names.join('|')})$` }),
      }),
    )
  }
  const allowedPackages = room.packages ?? []
  if (!allowedPackages.includes('*')) {
    rules.push(
      rule('may not import that package', {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'],
        ...(allowedPackages.length === 0 ? {} : { pathNot: `(^|/)node_modules/(${allowedPackages.join('|')})/` }),
      }),
    )
  }
  return rules
}

function pattern(path: string): string {
  return path.endsWith('.ts') ? `^src/${path.replaceAll('.', '\\.')}$` : `^src/${path}/`
}

function roomOf(file: string): Room | undefined {
  return rooms.find(({ path }) => file === `src/${path}` || file.startsWith(`src/${path}/`))
}

/** What a file uses that its room may not. */
function bansBroken(file: string): string[] {
  const room = roomOf(file)
  if (room === undefined || !file.endsWith('.ts')) return []
  const isMachine = room.kind === 'machine'
  const globals = new Set([...bannedGlobals, ...(isMachine ? machineBannedGlobals : [])])
  for (const allowed of room.globals ?? []) globals.delete(allowed)
  const found = new Set<string>()
  const source = readFileSync(join(repository, file), 'utf8')
  walk(parseSync(source, { syntax: 'typescript', target: 'es2024' }), (node, isName) => {
    if (node.type === 'Identifier' && isName && globals.has(String(node['value']))) found.add(String(node['value']))
    if (node.type === 'MemberExpression') {
      const member = `${nameOf(node['object'])}.${nameOf(node['property'])}`
      if (bannedMembers.includes(member) && room.globals?.includes(member) !== true) found.add(member)
    }
    if (isMachine && (node.type === 'AwaitExpression' || node['isAwait'] === true)) found.add('await')
    if (isMachine && node['async'] === true) found.add('async')
  })
  return [...found].map(name => `${file} uses ${name}, which src/${room.path} may not`)
}

interface SyntaxNode {
  readonly type: string
  readonly [field: string]: unknown
}

/** Visits every node; `isName` is false for identifiers that name a member or a property, not a variable or a type. */
function walk(root: unknown, visit: (node: SyntaxNode, isName: boolean) => void): void {
  const go = (value: unknown, isName: boolean): void => {
    if (Array.isArray(value)) for (const element of value) go(element, isName)
    else if (isNode(value)) {
      visit(value, isName)
      for (const [field, child] of Object.entries(value)) {
        const namesMember = field === 'key' || (field === 'property' && value.type === 'MemberExpression')
        go(child, !namesMember)
      }
    } else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) go(child, true)
  }
  go(root, true)
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === 'Identifier' ? String(value['value']) : ''
}

if (import.meta.main) {
  const violations = await importViolations()
  for (const violation of violations) console.error(violation)
  if (violations.length > 0) process.exitCode = 1
}
