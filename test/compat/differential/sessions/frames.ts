import { script } from '../session.ts'

/** Metadata v12 of no topic, without its length: key 3, version 12, correlation id 7, client id "j", no tags, body. */
const metadata12 = '0003000c00000007' + '00016a' + '00' + '01000000'

const closes = (name: string, bytes: string, framed = true) => ({
  name,
  steps: [{ bytes, ...(framed ? { framed: true as const } : {}), patienceMs: 5000 }],
})

export const frames = script(
  'ApiVersions',
  [
    {
      name: 'a request in pieces is answered when it is whole',
      steps: [
        { bytes: '0000', silent: true },
        { bytes: '0010' + metadata12.slice(0, 6), silent: true },
        { bytes: metadata12.slice(6), readAs: ['Metadata', 12] },
      ],
    },
    {
      name: 'two requests in one write are answered in their order',
      steps: [
        {
          bytes: `00000010${metadata12}00000010${metadata12.replace('00000007', '00000008')}`,
          readAs: ['Metadata', 12],
        },
        { bytes: '', readAs: ['Metadata', 12] },
      ],
    },
    {
      name: 'an unknown tagged field in the header is passed over',
      steps: [
        {
          framed: true,
          bytes: '0003000c00000007' + '00016a' + '01' + '2a' + '02' + 'abcd' + '01000000',
          readAs: ['Metadata', 12],
        },
      ],
    },
    {
      name: 'a null client id',
      steps: [{ framed: true, bytes: '0003000c00000007' + 'ffff' + '00' + '01000000', readAs: ['Metadata', 12] }],
    },
    {
      name: 'a client id that is not UTF-8',
      steps: [{ framed: true, bytes: '0003000c00000007' + '0002fffe' + '00' + '01000000', readAs: ['Metadata', 12] }],
    },
    {
      name: 'a client id of negative length other than null',
      steps: [
        {
          framed: true,
          bytes: '0003000c00000007' + 'fffe' + '00' + '01000000',
          patienceMs: 5000,
          readAs: ['Metadata', 12],
        },
      ],
    },
    {
      name: 'bytes behind the body of Metadata, as librdkafka sends them',
      steps: [{ framed: true, bytes: `${metadata12}00`, patienceMs: 5000, readAs: ['Metadata', 12] }],
    },
    closes('an empty frame', ''),
    closes('a negative length', 'ffffffff', false),
    closes('a length beyond any limit', '7fffffff', false),
    closes('a length just above socket.request.max.bytes', '06400001', false),
    closes('a web browser', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n').toString('hex'), false),
    closes('a TLS greeting', '16030100f8010000f40303', false),
    closes('an API key that does not exist', '03e700000000000700016a'),
    closes('a negative API key', 'ffff00000000000700016a'),
    closes('an API of controllers', '0034000000000007ffff00'),
    closes('an API that left with ZooKeeper', '0004000000000007ffff'),
    closes('a version of Metadata that is still to come', '0003000e0000000700016a0001000000'),
    closes('a negative version of Metadata', '0003ffff0000000700016a0001000000'),
    closes('a version of Produce that left in 4.0', '0000000200000007ffff0001000003e800000000'),
    closes('a version of Fetch that left in 4.0', '0001000300000007ffffffffffff0000000000000001000000000000'),
    closes('a version of CreateTopics that left in 4.0', '0013000100000007ffff000000000000000000'),
    closes('a header that is cut short', '0003000c0000'),
    closes('a header without its tags', '0003000c0000000700016a'),
    closes('a body that is cut short', '0003000c0000000700016a0002'),
    closes('an array longer than the frame', '0003000c0000000700016a00ff01'),
    closes('an array of negative length', '000f00000000000700016afffffffe'),
    closes('a string longer than the frame', '000a00000000000700016a0fff61'),
    closes('an array far longer than memory', '000300010000000700016a7fffffff'),
    closes('a varint without end', '0003000c0000000700016a00ffffffffffffffff'),
    {
      name: 'bytes behind the body of anything else',
      steps: [
        {
          framed: true,
          bytes: '000f0000000000070001' + '6a' + '00000000' + '00',
          patienceMs: 5000,
          readAs: ['DescribeGroups', 0],
        },
      ],
    },
  ],
  'Frames',
)
