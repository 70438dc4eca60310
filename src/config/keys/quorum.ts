import { boolean, int, list } from '../config-key.ts'
import { parseBootstrapServers, parseVoters } from '../endpoint.ts'
import { atLeast, type Validator } from '../validators.ts'

const votersList: Validator = {
  text: 'non-empty list',
  check(_key, value) {
    parseVoters(value as readonly string[])
  },
}

const bootstrapServersList: Validator = {
  text: 'non-empty list',
  check(_key, value) {
    parseBootstrapServers(value as readonly string[])
  },
}

/** The controller quorum. */
export const quorumKeys = {
  'controller.quorum.voters': list('', votersList).high.notYet(''),
  'controller.quorum.bootstrap.servers': list('', bootstrapServersList).high.notYet(''),
  'controller.quorum.election.timeout.ms': int(1000, atLeast(0)).high.notYet(''),
  'controller.quorum.fetch.timeout.ms': int(2000, atLeast(0)).high.notYet(''),
  'controller.quorum.election.backoff.max.ms': int(1000, atLeast(0)).high.notYet(''),
  'controller.quorum.append.linger.ms': int(25, atLeast(0)).medium.notYet(''),
  'controller.quorum.request.timeout.ms': int(2000, atLeast(0)).medium.notYet(''),
  'controller.quorum.retry.backoff.ms': int(20, atLeast(0)).low.notYet(''),
  'controller.quorum.auto.join.enable': boolean(false).low.notYet(''),
  'controller.quorum.fetch.snapshot.max.bytes': int(1_048_576, atLeast(1)).low.notYet(''),
  'controller.quorum.fetch.max.bytes': int(1_048_576, atLeast(1)).low.notYet(''),
}
