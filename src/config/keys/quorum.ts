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
  'controller.quorum.voters': list('', votersList).high.honoured(
    'The controllers of the quorum, each `id@host:port`; empty where voters are kept in the metadata log.',
  ),
  'controller.quorum.bootstrap.servers': list('', bootstrapServersList).high.honoured(
    "Controllers to ask for the quorum's leader, each `host:port`.",
  ),
  'controller.quorum.election.timeout.ms': int(1000, atLeast(0)).high.warns(
    'other brokers',
    'How long a voter waits for a leader before it stands for election.',
  ),
  'controller.quorum.fetch.timeout.ms': int(2000, atLeast(0)).high.warns(
    'other brokers',
    'How long a follower may fail to fetch from the leader, or a leader to hear from a majority, before there is an election.',
  ),
  'controller.quorum.election.backoff.max.ms': int(1000, atLeast(0)).high.warns(
    'other brokers',
    'The longest wait between two elections.',
  ),
  'controller.quorum.append.linger.ms': int(25, atLeast(0)).medium.honoured(
    'How long the leader collects metadata records before it writes them.',
  ),
  'controller.quorum.request.timeout.ms': int(2000, atLeast(0)).medium.warns(
    'other brokers',
    'How long a request between controllers may take.',
  ),
  'controller.quorum.retry.backoff.ms': int(20, atLeast(0)).low.warns(
    'other brokers',
    'How long a controller waits before it tries a failed request again.',
  ),
  'controller.quorum.auto.join.enable': boolean(false).low.warns(
    'other brokers',
    'Whether a controller that starts joins the voters by itself.',
  ),
  'controller.quorum.fetch.snapshot.max.bytes': int(1_048_576, atLeast(1)).low.warns(
    'other brokers',
    'The most bytes of a snapshot one request returns.',
  ),
  'controller.quorum.fetch.max.bytes': int(1_048_576, atLeast(1)).low.warns(
    'other brokers',
    'The most bytes of the metadata log one request returns.',
  ),
}
