import packageJson from '../../package.json' with { type: 'json' }

/** Of this package. */
export const version: string = packageJson.version

/** Of Apache Kafka: whose formats, commands and image this package has. */
export const kafkaVersion = '4.3.1'

/** Of Confluent Platform, which counts from 8 where Kafka counts from 4. */
export const confluentVersion = '8.3.1'
