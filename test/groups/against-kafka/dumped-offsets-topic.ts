import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { java, resolveJars } from '../../support/java.ts'

/** What Kafka's own tool reads in the partitions of `__consumer_offsets`. */
export async function dumpedOffsetsTopic(directory: string): Promise<string> {
  const files = readdirSync(directory)
    .filter(name => name.startsWith('__consumer_offsets-'))
    .map(name => join(directory, name, '00000000000000000000.log'))
    // A partition that nothing was written to has no file yet.
    .filter(file => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)
  assert.ok(files.length > 0)
  const { stdout } = await java({
    classPath: await resolveJars('kafka-4.3.1'),
    mainClass: 'org.apache.kafka.tools.DumpLogSegments',
    args: ['--offsets-decoder', '--deep-iteration', '--print-data-log', '--files', files.join(',')],
  })
  return stdout
}
