import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Seed } from '../../src/sim/seed.ts'
import { baseSeed } from '../sim/base-seed.ts'
import { java, javac, log4jArgs, resolveJars, shortLivedJvmArgs, temporaryDirectory } from '../support/java.ts'
import { skipWithout } from '../support/require.ts'
import { ProducerJudge } from './producer-judge.ts'

/** What a log knows of producer 7 when something comes. All of it is of epoch 5. */
const situations = {
  nothing: [],
  'a batch': ['produce 7 5 0 3 false -1'],
  'a transaction': ['verify 7 5 0 false', 'produce 7 5 0 3 true 0'],
  'a committed transaction': ['verify 7 5 0 false', 'produce 7 5 0 3 true 0', 'marker 7 5 COMMIT 4 0'],
  'an aborted transaction of version 2': ['verify 7 4 0 true', 'produce 7 4 0 3 true 0', 'marker 7 5 ABORT 4 2'],
  'a marker alone': ['marker 7 5 COMMIT 4 1'],
  'a verification of version 1': ['verify 7 5 3 false'],
  'a verification of version 2': ['verify 7 5 3 true'],
  'a verification that a marker has overtaken': ['verify 7 5 0 false', 'marker 7 5 ABORT 4 1'],
  'a verification of the next transaction, then the marker of the last': ['verify 7 5 0 true', 'marker 7 5 ABORT 4 2'],
  'two verifications, the lower number last': ['verify 7 5 3 true', 'verify 7 5 0 true'],
  'verifications of two epochs': ['verify 7 4 0 true', 'verify 7 5 2 true'],
} satisfies Record<string, readonly string[]>

type Situation = keyof typeof situations

/** Of what comes, the columns of the table. The guard is the first that was handed out. */
const events = {
  'old epoch': 'produce 7 4 0 1 true 0',
  'no guard': 'produce 7 5 0 1 true -1',
  first: 'produce 7 5 0 1 true 0',
  next: 'produce 7 5 3 1 true 0',
  gap: 'produce 7 5 9 1 true 0',
  again: 'produce 7 5 0 3 true -1',
  'new epoch': 'produce 7 6 0 1 true 0',
  plain: 'produce 7 5 3 1 false -1',
  offsets: 'commit 7 5 0',
  'marker v1': 'marker 7 5 COMMIT 4 1',
  'marker v2': 'marker 7 6 COMMIT 4 2',
  'marker v2, same epoch': 'marker 7 5 COMMIT 4 2',
  'old coordinator': 'marker 7 6 COMMIT 3 2',
  'old epoch marker': 'marker 7 4 ABORT 4 1',
  verify: 'verify 7 5 0 true',
  'verify old epoch': 'verify 7 4 0 true',
} as const

const columns = Object.keys(events) as (keyof typeof events)[]

const short: Readonly<Record<string, string>> = {
  INVALID_PRODUCER_EPOCH: 'EPOCH',
  INVALID_TXN_STATE: 'STATE',
  OUT_OF_ORDER_SEQUENCE_NUMBER: 'ORDER',
  TRANSACTION_COORDINATOR_FENCED: 'FENCED',
}

/** Every situation with every event. `ok`: appended; `dup`: where it was before. Kafka's log gave the same answers. */
const table: Readonly<Record<Situation, string>> = {
  nothing: 'STATE STATE STATE STATE STATE STATE STATE ok STATE ok ok ok ok ok guard guard',
  'a batch': 'EPOCH STATE STATE STATE STATE dup STATE ok STATE ok ok ok ok EPOCH guard EPOCH',
  'a transaction': 'EPOCH ORDER ORDER ok ORDER dup STATE STATE ok ok ok EPOCH ok EPOCH ongoing EPOCH',
  'a committed transaction': 'EPOCH STATE STATE STATE STATE dup STATE ok STATE ok ok ok FENCED EPOCH guard EPOCH',
  'an aborted transaction of version 2':
    'EPOCH STATE STATE STATE STATE STATE STATE ORDER STATE ok ok ok FENCED EPOCH guard EPOCH',
  'a marker alone': 'EPOCH STATE STATE STATE STATE STATE STATE ORDER STATE ok ok ok FENCED EPOCH guard EPOCH',
  'a verification of version 1': 'ok STATE ok ok ORDER STATE ok ok ok ok ok ok ok ok guard guard',
  'a verification of version 2': 'ok STATE ok ORDER ORDER STATE ok ORDER ok ok ok ok ok ok guard guard',
  'a verification that a marker has overtaken':
    'EPOCH STATE STATE STATE STATE STATE STATE ORDER STATE ok ok ok FENCED EPOCH guard EPOCH',
  'a verification of the next transaction, then the marker of the last':
    'EPOCH STATE ok ORDER ORDER STATE ok ORDER ok ok ok ok FENCED EPOCH guard EPOCH',
  'two verifications, the lower number last': 'ok STATE ok ORDER ORDER STATE ok ORDER ok ok ok ok ok ok guard guard',
  'verifications of two epochs': 'ok STATE ok ORDER ORDER STATE ok ORDER ok ok ok ok ok ok guard guard',
}

const scriptsMax = 40
const scriptLines = 120

/** A script that mostly goes on where each producer is, so that it gets beyond the first refusal. */
async function randomScript(seed: Seed): Promise<{ lines: string[]; answers: string[] }> {
  const judge = new ProducerJudge()
  const lines: string[] = []
  const answers: string[] = []
  const run = async (line: string): Promise<string> => {
    const answer = await judge.run(line)
    lines.push(line)
    answers.push(answer)
    return answer
  }
  const verifies = seed.chance(0.8)
  await run(`new ${verifies}`)
  let guards = 0
  while (lines.length < scriptLines) {
    const id = seed.pick([7, 8, 9])
    const known = (await run('state')).split(' | ').map(text => text.split(' '))
    const [, epoch, sequence, coordinatorEpoch] = known.find(([each]) => each === `${id}`) ?? [`${id}`, '3', '-1', '1']
    const near = (text: string | undefined, spread: readonly number[]) => Number(text) + seed.pick(spread)
    const nextEpoch = Math.max(0, near(epoch, [0, 0, 0, 0, 0, 1, 1, -1]))
    const nextSequence = Math.max(0, seed.chance(0.25) ? 0 : near(sequence, [1, 1, 1, 1, 2, -1]))
    const guard = seed.chance(0.8) ? guards - 1 : seed.between(-1, Math.max(0, guards - 1))
    const action = seed.weighted({ produce: 40, verify: 25, marker: 20, commit: 5, replicated: 8, restart: 2 })
    switch (action) {
      case 'produce':
        await run(`produce ${id} ${nextEpoch} ${nextSequence} ${seed.between(1, 3)} ${seed.chance(0.8)} ${guard}`)
        break
      case 'verify':
        if ((await run(`verify ${id} ${nextEpoch} ${nextSequence} ${seed.chance(0.6)}`)) !== 'INVALID_PRODUCER_EPOCH')
          guards++
        break
      case 'marker': {
        const type = seed.pick(['COMMIT', 'ABORT'])
        const coordinator = Math.max(0, near(coordinatorEpoch, [0, 0, 0, 1, -1]))
        await run(`marker ${id} ${nextEpoch} ${type} ${coordinator} ${seed.pick([0, 1, 2, 2])}`)
        break
      }
      case 'commit':
        await run(`commit ${id} ${nextEpoch} ${guard}`)
        break
      case 'restart':
        await run(`restart ${verifies}`)
        await run('replicated')
        guards = 0
        break
      default:
        await run(action)
    }
  }
  await judge.close()
  return { lines, answers }
}

describe('what a log lets producers and coordinators do', () => {
  const judge = new ProducerJudge()
  after(() => judge.close())

  for (const situation of Object.keys(situations) as Situation[]) {
    test(`after ${situation}`, async () => {
      const answers: string[] = []
      for (const column of columns) {
        await judge.run('new true')
        let appended = 0
        for (const line of situations[situation]) if ((await judge.run(line)).startsWith('at')) appended++
        const answer = await judge.run(events[column])
        const verdict = answer.startsWith('at 0') && appended > 0 ? 'dup' : 'ok'
        answers.push(answer.startsWith('at') ? verdict : (short[answer] ?? answer))
      }
      assert.deepEqual(
        answers.map((answer, index) => `${columns[index]}: ${answer}`),
        table[situation].split(' ').map((answer, index) => `${columns[index]}: ${answer}`),
      )
    })
  }
})

describe("Kafka's own log says the same", { skip: skipWithout('java') }, () => {
  let classPath: string[] = []

  before(async () => {
    const jars = await resolveJars('kafka-4.3.1')
    classPath = [...jars, await javac([fileURLToPath(new URL('java/JudgeProducers.java', import.meta.url))], jars)]
  })

  async function asKafka(lines: readonly string[]): Promise<string[]> {
    const home = await temporaryDirectory('judged')
    const options = {
      classPath,
      mainClass: 'JudgeProducers',
      args: [home.path],
      jvmArgs: [...shortLivedJvmArgs, ...log4jArgs()],
    }
    const { code, stdout, stderr } = await java({ ...options, input: lines.map(line => `${line}\n`).join('') })
    home.remove()
    assert.equal(code, 0, stderr)
    return stdout.trimEnd().split('\n')
  }

  test('of every situation with every event, and of scripts drawn from a seed', async () => {
    const lines: string[] = []
    const expected: string[] = []
    const seed = new Seed(baseSeed())
    for (let script = 0; script < scriptsMax; script++) {
      const { lines: ofScript, answers } = await randomScript(seed.fork(`script ${script}`))
      lines.push(...ofScript)
      expected.push(...answers)
    }
    const judge = new ProducerJudge()
    for (const situation of Object.keys(situations) as Situation[]) {
      for (const column of columns) {
        for (const line of ['new true', ...situations[situation], events[column], 'state']) {
          lines.push(line)
          expected.push(await judge.run(line))
        }
      }
    }
    await judge.close()
    const answers = await asKafka(lines)
    assert.equal(answers.length, expected.length)
    for (const [index, answer] of answers.entries()) {
      if (answer === expected[index]) continue
      const begin = lines.findLastIndex((line, at) => at <= index && line.startsWith('new'))
      const script = lines.slice(begin, index + 1).map((line, at) => `${line} → ${expected[begin + at]}`)
      assert.fail(`Seed ${seed.value}: Kafka says ${answer}\n${script.join('\n')}`)
    }
  })
})
