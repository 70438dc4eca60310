import { checkLogAgainstModel } from '../log/log-model.ts'

/** Runs `count` random scripts of appends, cuts, restarts and crashes against the model of a log. */
export async function soakLogModel(count = 50_000): Promise<void> {
  await checkLogAgainstModel(count)
  console.log(`log-model: ${count} scripts, no difference to the model`)
}
