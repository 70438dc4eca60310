import { script } from '../session.ts'
import { coordinator } from '../steps.ts'

export const findCoordinator = script('FindCoordinator', [
  {
    name: 'of a group',
    versions: 'all',
    steps: [
      coordinator(),
      { send: 'FindCoordinator', body: { key: '{name}', keyType: 0, coordinatorKeys: ['{name}'] } },
    ],
  },
  {
    name: 'of a transactional id',
    versions: 'all',
    steps: [{ send: 'FindCoordinator', body: { key: '{name}', keyType: 1, coordinatorKeys: ['{name}'] } }],
  },
  {
    name: 'of several transactional ids, one of them empty',
    versions: [4, 6],
    steps: [{ send: 'FindCoordinator', body: { keyType: 1, coordinatorKeys: ['{name}', '', '{name}-b'] } }],
  },
  {
    name: 'of an empty transactional id',
    versions: 'all',
    steps: [{ send: 'FindCoordinator', body: { key: '', keyType: 1, coordinatorKeys: [''] } }],
  },
  {
    name: 'of several at once, one of them empty, one twice',
    versions: [4, 6],
    steps: [
      coordinator(),
      { send: 'FindCoordinator', body: { keyType: 0, coordinatorKeys: ['{name}', '', '{name}-b', '{name}'] } },
      { send: 'FindCoordinator', body: { keyType: 0, coordinatorKeys: [] } },
    ],
  },
  {
    name: 'of an empty group name',
    versions: 'all',
    steps: [{ send: 'FindCoordinator', body: { key: '', keyType: 0, coordinatorKeys: [''] } }],
  },
  {
    name: 'of a share partition, rightly and wrongly keyed',
    versions: [5, 6],
    steps: [
      { send: 'FindCoordinator', body: { keyType: 2, coordinatorKeys: ['{name}'] } },
      { send: 'FindCoordinator', body: { keyType: 2, coordinatorKeys: ['g:not-a-uuid:0'] } },
    ],
  },
  {
    name: 'of a kind that does not exist',
    versions: 'all',
    steps: [{ send: 'FindCoordinator', body: { key: '{name}', keyType: 9, coordinatorKeys: ['{name}'] } }],
  },
])
