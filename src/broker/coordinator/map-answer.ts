/** Turns an answer into another, at once where it is there at once. */
export function mapAnswer<From, To>(answer: From | Promise<From>, map: (answer: From) => To): To | Promise<To> {
  return answer instanceof Promise ? answer.then(map) : map(answer)
}
