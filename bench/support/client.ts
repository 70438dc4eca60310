import { decodeResponseFrame, encodeRequestFrame } from '../../src/protocol/frame.ts'
import type { Api } from '../../src/protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../src/protocol/schema/field.ts'
import { Exchange } from './exchange.ts'

/** A connection that speaks: for what happens too seldom to be measured by the time its sender takes. */
export class Client {
  readonly #exchange: Exchange

  private constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  static async open(port: number): Promise<Client> {
    return new Client(await Exchange.open(port, Number.POSITIVE_INFINITY))
  }

  async send<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ): Promise<DecodedOf<Response>> {
    const frame = await this.#exchange.send(frameOf(api, version, request))
    return api.response.decode(decodeResponseFrame(api, version, frame).body, version)
  }

  close(): void {
    this.#exchange.close()
  }
}

export function frameOf<Request extends Shape, Response extends Shape>(
  api: Api<Request, Response>,
  version: number,
  request: EncodableOf<Request>,
): Uint8Array {
  return Buffer.concat(encodeRequestFrame(api, version, { correlationId: 1, clientId: 'bench' }, request))
}
