import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DynamicGroupConfigs } from '../../../src/broker/coordinator/dynamic-group-configs.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { ConfigResourceType } from '../../../src/controller/image/configurations.ts'
import { DeltaBuilder } from '../../../src/controller/image/delta-builder.ts'
import { emptyMetadataImage, type MetadataImage } from '../../../src/controller/image/metadata-image.ts'

/** A broker's group configs, and what it was warned of. */
class Harness {
  readonly warnings: string[] = []
  readonly configs: DynamicGroupConfigs
  #image: MetadataImage = emptyMetadataImage

  constructor(given: Readonly<Record<string, string>> = {}) {
    const warn = (message: string) => this.warnings.push(message)
    const logger = { isEnabled: () => true, debug() {}, info() {}, warn, error: warn }
    this.configs = new DynamicGroupConfigs(loadConfig(new Map(Object.entries(given))).config, logger)
  }

  set(groupId: string, configs: Readonly<Record<string, string | null>>): void {
    const builder = new DeltaBuilder(this.#image)
    for (const [name, value] of Object.entries(configs)) {
      const message = { resourceType: ConfigResourceType.GROUP, resourceName: groupId, name, value }
      builder.replay({ name: 'ConfigRecord', version: 0, message })
    }
    const delta = builder.finish(this.#image.provenance)
    this.#image = delta.after
    this.configs.onMetadataUpdate(delta)
  }

  timesOf(groupId: string): number[] {
    const { configs } = this
    return [
      configs.sessionTimeoutMs(groupId),
      configs.heartbeatIntervalMs(groupId),
      configs.assignmentIntervalMs(groupId),
    ]
  }
}

test("a group's own configs count more than the broker's, for that group, as long as they are set", () => {
  const harness = new Harness({ 'group.consumer.heartbeat.interval.ms': '6000' })
  harness.set('g', { 'consumer.session.timeout.ms': '50000', 'consumer.assignment.interval.ms': '0' })
  assert.deepEqual(harness.timesOf('g'), [50_000, 6000, 0])
  assert.deepEqual(harness.timesOf('other'), [45_000, 6000, 1000])
  harness.set('g', { 'consumer.session.timeout.ms': null, 'consumer.assignment.interval.ms': null })
  assert.deepEqual(harness.timesOf('g'), [45_000, 6000, 1000])
  assert.deepEqual(harness.warnings, [])
})

test('what the bounds of this broker do not allow is capped, with a warning', () => {
  const harness = new Harness({ 'group.consumer.max.session.timeout.ms': '47000' })
  harness.set('g', { 'consumer.session.timeout.ms': '50000', 'consumer.heartbeat.interval.ms': '10' })
  assert.deepEqual(harness.timesOf('g'), [47_000, 5000, 1000])
  assert.deepEqual(harness.warnings, [
    "The group config 'consumer.heartbeat.interval.ms' for group 'g' has value 10 which is below the broker's allowed " +
      'minimum 5000. The effective value will be capped to 5000.',
    "The group config 'consumer.session.timeout.ms' for group 'g' has value 50000 which exceeds the broker's allowed " +
      'maximum 47000. The effective value will be capped to 47000.',
  ])
})

test('a session that ends before the next heartbeat is warned of', () => {
  const harness = new Harness({
    'group.consumer.min.session.timeout.ms': '4000',
    'group.consumer.session.timeout.ms': '6000',
  })
  harness.set('g', { 'consumer.session.timeout.ms': '4000' })
  assert.deepEqual(harness.timesOf('g'), [4000, 5000, 1000])
  assert.deepEqual(harness.warnings, [
    "The effective consumer.session.timeout.ms (4000) for group 'g' is not greater than " +
      'consumer.heartbeat.interval.ms (5000). Check that the broker-level min/max bounds for session timeout and ' +
      'heartbeat interval do not overlap.',
  ])
})

test('a value that is none stops nobody', () => {
  const harness = new Harness()
  harness.set('g', { 'consumer.session.timeout.ms': 'long' })
  assert.deepEqual(harness.timesOf('g'), [45_000, 5000, 1000])
  assert.match(harness.warnings.join(), /^Configs of group 'g' could not be applied: Invalid value long/)
})
