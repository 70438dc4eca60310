import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { requestCorpus } from '../protocol/support/fuzz.ts'
import { startTestBroker } from '../support/test-broker.ts'
import { fuzzConnections, servedRequests } from './fuzz.ts'

it('a broker outlives damaged requests of every API, and closes the connection they came on alone', async t => {
  const seed = Number(process.env['OTTLA_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const broker = await startTestBroker(t)
  const witness = await broker.connect()
  const corpus = requestCorpus(seed)
  const requests = [...(await servedRequests(witness, corpus)), ...corpus.filter((_, index) => index % 50 === 0)]
  const { connections, closedByBroker } = await fuzzConnections(broker.port, requests, 4000, seed)
  t.diagnostic(`seed ${seed}: ${connections} connections, ${closedByBroker} closed by the broker`)
  assert.ok(closedByBroker > 0 && closedByBroker < connections)
  const answer = await witness.send(Metadata, 12, { topics: null })
  assert.equal(answer.brokers.length, 1)
  // One line for each connection that was closed, with nothing that points at a bug.
  const closed = broker.lines.filter(line => line.includes('Closing socket for'))
  const ids = closed.map(line => / for (\S+) /.exec(line)![1])
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(
    broker.lines.filter(line => / ERROR /.test(line)),
    [],
  )
})
