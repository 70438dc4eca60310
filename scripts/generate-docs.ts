import { writeFileSync } from 'node:fs'
import { compatibilityDocument } from './compatibility-document.ts'
import { configurationDocument } from './configuration-document.ts'
import { seedSchemaDocument } from './seed-schema-document.ts'

/** Documents that are made out of the source; each is checked in, and a test holds it to the source. */
export const generatedDocuments: readonly { readonly path: string; readonly make: () => string }[] = [
  { path: 'docs/CONFIGURATION.md', make: configurationDocument },
  { path: 'docs/COMPATIBILITY.md', make: compatibilityDocument },
  { path: 'seed.schema.json', make: seedSchemaDocument },
]

if (import.meta.main) {
  for (const { path, make } of generatedDocuments) writeFileSync(new URL(`../${path}`, import.meta.url), make())
}
