/** The part that is used of the package, which has no types of its own. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock on the whole file, of the kind `fcntl` has; false where another has one. */
  export function tryLock(fileDescriptor: number): boolean
}
