import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const repository = fileURLToPath(new URL('..', import.meta.url))
const dist = join(repository, 'dist')

/** The exports of the package, by their names in `dist/`. */
const exported = { index: 'src/index.ts', testcontainers: 'src/testcontainers.ts' }

/** Makes `dist/`: what the published package runs, and the types of its exports. */
async function build(): Promise<void> {
  rmSync(dist, { recursive: true, force: true })
  await bundle()
  declareTypes()
}

async function bundle(): Promise<void> {
  await bundleAs('esm', {
    main: 'src/main.ts',
    ...exported,
    // Found by its name beside the chunk that starts it.
    'offload-worker': 'src/platform/offload-worker.ts',
  })
  // For test runners that load packages by `require`, as Jest does.
  await bundleAs('cjs', exported)
}

async function bundleAs(format: 'esm' | 'cjs', input: Record<string, string>): Promise<void> {
  const extension = format === 'esm' ? 'js' : 'cjs'
  const build = await rolldown({
    cwd: repository,
    input,
    platform: 'node',
    external: id => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith(repository),
  })
  const names = { entryFileNames: `[name].${extension}`, chunkFileNames: `[name]-[hash].${extension}` }
  await build.write({ dir: dist, format, ...names, sourcemap: false })
  await build.close()
}

/** Files whose declarations are published, and under which name: what they lean on is among them. */
const publishedTypes: ReadonlyMap<string, string> = new Map([
  ['src/index.d.ts', 'index'],
  ['src/testcontainers.d.ts', 'testcontainers'],
  ['src/seed/seed.d.ts', 'seed'],
])

/** Declarations of the exports and of the few files they show to others. */
function declareTypes(): void {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-types-'))
  try {
    const config = {
      extends: join(repository, 'tsconfig.json'),
      include: [join(repository, 'src')],
      compilerOptions: {
        ...{ noEmit: false, declaration: true, emitDeclarationOnly: true },
        ...{ outDir: directory, rootDir: repository, typeRoots: [join(repository, 'node_modules/@types')] },
      },
    }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(repository, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '--project', directory], { stdio: 'inherit' })
    for (const [file, name] of publishedTypes) {
      const declarations = readFileSync(join(directory, file), 'utf8')
      for (const [extension, module] of [
        ['d.ts', 'js'],
        ['d.cts', 'cjs'],
      ]) {
        const text = declarations.replaceAll(/(from |import\()'(\..*?)\.ts'/g, (_, before, path) => {
          const published = publishedTypes.get(`${join(dirname(file), path)}.d.ts`)
          if (published === undefined) throw new Error(`${file} names types of ${path}.ts, which are not published`)
          return `${before}'./${published}.${module}'`
        })
        writeFileSync(join(dist, `${name}.${extension}`), text)
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await build()
