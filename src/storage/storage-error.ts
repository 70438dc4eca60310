/** A directory cannot be formatted as asked; the words are Kafka's, one line. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}
