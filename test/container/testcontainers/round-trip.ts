import kafkajs from 'kafkajs'

const { Kafka, logLevel } = kafkajs
const topic = 'orders'

/** What is produced, and what the programs of other languages produce. */
export const values: readonly string[] = Array.from({ length: 10 }, (_, index) => `value-${index}`)

/** Produces and consumes as a group, over a topic that need not exist; yields what was consumed. */
export async function roundTrip(bootstrapServers: string): Promise<string[]> {
  const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: values.map(value => ({ value })) })
  await producer.disconnect()
  return consumed(kafka, 'readers', topic, values.length)
}

/** The first records of a topic, as many as are asked for, as a group that has not read it before. */
export async function consumed(kafka: kafkajs.Kafka, group: string, from: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: group })
  const found: string[] = []
  const enough = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => enough.reject(payload.error))
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push(message.value?.toString() ?? '')
      if (found.length === count) enough.resolve()
    },
  })
  try {
    await enough.promise
  } finally {
    await consumer.disconnect()
  }
  return found
}
