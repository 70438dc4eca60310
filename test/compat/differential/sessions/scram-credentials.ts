import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'

const salted = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
const set = (change: JsonObject = {}): JsonObject => ({
  name: '{name}',
  mechanism: 1,
  iterations: 4096,
  salt: '61',
  saltedPassword: salted,
  ...change,
})
const remove = (change: JsonObject = {}): JsonObject => ({ name: '{name}', mechanism: 1, ...change })
const alter = (deletions: readonly JsonObject[], upsertions: readonly JsonObject[]) => ({
  send: 'AlterUserScramCredentials',
  body: { deletions, upsertions },
})
const describe = (...names: string[]) => ({
  send: 'DescribeUserScramCredentials',
  body: { users: names.map(name => ({ name })) },
})

export const alterUserScramCredentials = script('AlterUserScramCredentials', [
  {
    name: 'a credential of each mechanism, changed and removed',
    steps: [
      alter([], [set()]),
      alter([], [set({ mechanism: 2, iterations: 16384 })]),
      { ...describe('{name}'), until: { 'results.0.credentialInfos.1.iterations': 16384 } },
      alter([], [set({ iterations: 5000 })]),
      { ...describe('{name}'), until: { 'results.0.credentialInfos.0.iterations': 5000 } },
      alter([remove()], []),
      { ...describe('{name}'), until: { 'results.0.credentialInfos.0.mechanism': 2 } },
      alter([remove({ mechanism: 2 })], []),
      { ...describe('{name}'), until: { 'results.0.errorCode': 91 } },
    ],
  },
  {
    name: 'what cannot be',
    steps: [
      alter([], []),
      alter([remove()], []),
      alter([remove({ name: '' })], []),
      alter([remove({ mechanism: 0 })], []),
      alter([remove({ mechanism: 3 })], []),
      alter([], [set({ name: '' })]),
      alter([], [set({ mechanism: 3 })]),
      alter([], [set({ iterations: 4095 })]),
      alter([], [set({ iterations: 16385 })]),
      alter([], [set({ iterations: -1 })]),
      alter([], [set({ saltedPassword: '' })]),
    ],
  },
  {
    name: 'a user who is named twice, among others',
    steps: [
      alter([], [set({ name: '{name}-a' }), set({ name: '{name}-b' }), set({ name: '{name}-b', mechanism: 2 })]),
      alter([remove({ name: '{name}-a' })], [set({ name: '{name}-a', mechanism: 2 })]),
      alter([remove({ name: '{name}-a' }), remove({ name: '{name}-a', mechanism: 2 })], []),
      alter([], [set({ name: '{name}-c' }), set({ name: '{name}-c' }), set({ name: '{name}-c' })]),
      describe('{name}-a', '{name}-b', '{name}-c'),
    ],
  },
])

export const describeUserScramCredentials = script('DescribeUserScramCredentials', [
  {
    name: 'users with credentials, without, and named twice',
    steps: [
      { ...alter([], [set(), set({ name: '{name}-2', mechanism: 2 })]), quiet: true },
      { ...describe('{name}', '{name}-2', '{name}-3'), until: { 'results.0.errorCode': 0 } },
      describe('{name}', '{name}-3', '{name}', '{name}-3'),
      {
        send: 'DescribeUserScramCredentials',
        body: { users: null },
        only: { results: { user: ['{name}', '{name}-2', '{name}-3'] } },
      },
      {
        send: 'DescribeUserScramCredentials',
        body: { users: [] },
        only: { results: { user: ['{name}', '{name}-2', '{name}-3'] } },
      },
    ],
  },
])

const filter = (components: readonly JsonObject[], strict = false) => ({
  send: 'DescribeClientQuotas',
  body: { components, strict },
})

export const describeClientQuotas = script('DescribeClientQuotas', [
  {
    name: 'of nobody',
    versions: 'all',
    steps: [
      filter([]),
      filter([{ entityType: 'user', matchType: 2, match: null }]),
      filter([{ entityType: 'user', matchType: 0, match: 'alice' }], true),
      filter([{ entityType: 'client-id', matchType: 1, match: null }]),
      filter([{ entityType: 'ip', matchType: 0, match: '127.0.0.1' }]),
    ],
  },
  {
    name: 'of what cannot be asked for',
    versions: 'all',
    steps: [
      filter([{ entityType: '', matchType: 2, match: null }]),
      filter([{ entityType: 'group', matchType: 2, match: null }]),
      filter([
        { entityType: 'user', matchType: 2, match: null },
        { entityType: 'user', matchType: 1, match: null },
      ]),
      filter([{ entityType: 'user', matchType: 0, match: null }]),
      filter([{ entityType: 'user', matchType: 1, match: 'x' }]),
      filter([{ entityType: 'user', matchType: 2, match: 'x' }]),
      filter([{ entityType: 'user', matchType: 3, match: null }]),
      filter([
        { entityType: 'ip', matchType: 2, match: null },
        { entityType: 'user', matchType: 2, match: null },
      ]),
    ],
  },
])
