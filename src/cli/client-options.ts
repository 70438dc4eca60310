/** What every tool that asks a cluster needs. */
export const clientOptions = {
  'bootstrap-server': { argument: 'host:port', help: 'Brokers to ask first, separated by commas. Required.' },
  'command-config': { argument: 'file', help: 'Properties of the client, such as request.timeout.ms.' },
} as const
