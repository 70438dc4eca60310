import { checkLogAgainstModel } from '../log/log-model.ts'

/** Runs `count` random scripts of appends, cuts, restarts and crashes against the model of a log. */
export async function soakLog(count = 50_000): Promise<void> {
  await checkLogAgainstModel(count)
  console.log(`log: ${count} scripts, no difference to the model`)
}
