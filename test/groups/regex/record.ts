import { writeFileSync } from 'node:fs'
import { judgedByRe2j, pieces } from './regex-judge.ts'

// Asks re2j, and rewrites recorded.json:  node test/groups/regex/record.ts

const judgements = await judgedByRe2j(pieces)
const lines = pieces.map((pattern, index) => `  ${JSON.stringify(pattern)}: ${JSON.stringify(judgements[index])}`)
writeFileSync(new URL('recorded.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`)
