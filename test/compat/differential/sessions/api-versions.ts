import { script } from '../session.ts'

export const apiVersions = script('ApiVersions', [
  {
    name: 'every version is answered with the same table, as far as both serve it',
    versions: 'all',
    steps: [{ send: 'ApiVersions', body: { clientSoftwareName: 'judge', clientSoftwareVersion: '1.0' } }],
  },
  {
    name: 'an unknown version is answered in v0, with error 35 and the range of ApiVersions itself',
    steps: [
      { framed: true, bytes: '00120005000000070000', readAs: ['ApiVersions', 0] },
      { framed: true, bytes: '00127fff000000080000', readAs: ['ApiVersions', 0] },
      { framed: true, bytes: '0012ffff000000090000', readAs: ['ApiVersions', 0] },
    ],
  },
  {
    name: 'a malformed client name is an invalid request from v3 on',
    versions: [3, 4],
    steps: [
      { send: 'ApiVersions', body: { clientSoftwareName: '', clientSoftwareVersion: '1.0' } },
      { send: 'ApiVersions', body: { clientSoftwareName: '-judge', clientSoftwareVersion: '1.0' } },
      { send: 'ApiVersions', body: { clientSoftwareName: 'judge', clientSoftwareVersion: '1 0' } },
      { send: 'ApiVersions', body: { clientSoftwareName: 'judge.net-5', clientSoftwareVersion: '1.0-beta.2' } },
    ],
  },
])
