import { seedJsonSchema } from '../src/seed/seed-shape.ts'

/** `seed.schema.json`, out of the shapes that read a seed. */
export function seedSchemaDocument(): string {
  return `${JSON.stringify(seedJsonSchema(), null, 2)}\n`
}
