/** `Topic.MAX_NAME_LENGTH`: the directory `<name>-<partition>.<32 digits>-delete` must stay a legal file name. */
export const topicNameLengthMax = 249

const legalCharacters = /^[a-zA-Z0-9._-]+$/

/** Why a name is not a topic's, in Kafka's words (`Topic.validate`); undefined where it is one. */
export function topicNameFault(name: string): string | undefined {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed'
  if (name === '.') return "Topic name is invalid: '.' is not allowed"
  if (name === '..') return "Topic name is invalid: '..' is not allowed"
  if (name.length > topicNameLengthMax) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${topicNameLengthMax}`
  }
  if (!legalCharacters.test(name)) {
    return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  }
  return undefined
}

/** Metric names turn '.' into '_', so two topics must not differ in these alone. */
export function hasCollisionCharacters(name: string): boolean {
  return name.includes('_') || name.includes('.')
}

export function unifyCollisionCharacters(name: string): string {
  return name.replaceAll('.', '_')
}
