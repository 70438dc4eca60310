import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deltaFromEmpty, MetadataPublisher } from '../../../src/broker/metadata/metadata-publisher.ts'
import { emptyMetadataImage } from '../../../src/controller/image/metadata-image.ts'

test('listeners are told one after the other, then the cache shows it, and in the same turn they are told that it does', async () => {
  const publisher = new MetadataPublisher()
  const image = { ...emptyMetadataImage }
  const told: string[] = []
  const seen = () => (publisher.image === image ? 'after' : 'before')
  const allUpdated = Promise.withResolvers<void>()
  const published = Promise.withResolvers<void>()
  for (const name of ['a', 'b']) {
    publisher.addListener({
      name,
      async onMetadataUpdate() {
        told.push(`${name} updates, seeing what was ${seen()}`)
        if (name === 'b') await allUpdated.promise
      },
      async onMetadataPublished() {
        told.push(`${name} sees what is ${seen()}`)
        await published.promise
      },
    })
  }
  publisher.addListener({ name: 'c', onMetadataUpdate() {} })
  let isDone = false
  const done = publisher.publish(deltaFromEmpty(image)).then(() => {
    isDone = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(told, ['a updates, seeing what was before', 'b updates, seeing what was before'])
  allUpdated.resolve()
  while (publisher.image !== image) await Promise.resolve()
  assert.deepEqual(told.slice(2), ['a sees what is after', 'b sees what is after'])
  assert.equal(isDone, false)
  published.resolve()
  await done
})
