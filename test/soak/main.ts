import { soakClients } from './clients.ts'
import { soakConnections } from './connections.ts'
import { soakCoordinators } from './coordinators.ts'
import { soakCrashes } from './crashes.ts'
import { soakDifferential } from './differential.ts'
import { soakGroups } from './groups.ts'
import { soakLog } from './log.ts'
import { soakLogModel } from './log-model.ts'
import { soakProtocol } from './protocol.ts'
import { soakTransactions } from './transactions.ts'

/** Long runs that look for what short ones miss: `npm run soak -- [name] [count]`, all of them where no name is given. */
const soaks: Readonly<Record<string, (count: number | undefined) => void | Promise<void>>> = {
  clients: soakClients,
  crashes: soakCrashes,
  connections: soakConnections,
  coordinators: soakCoordinators,
  differential: soakDifferential,
  groups: soakGroups,
  log: soakLog,
  'log-model': soakLogModel,
  protocol: soakProtocol,
  transactions: soakTransactions,
}

const [name, count] = process.argv.slice(2)
const chosen = name === undefined ? Object.keys(soaks) : [name]
for (const soak of chosen) {
  const run = soaks[soak]
  if (run === undefined) {
    console.error(`there is no soak called ${soak}; there are: ${Object.keys(soaks).join(', ')}`)
    process.exit(1)
  }
  const start = performance.now()
  await run(count === undefined ? undefined : Number(count))
  console.log(`${soak}: passed in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
