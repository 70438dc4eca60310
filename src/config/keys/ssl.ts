import { boolean, int, javaClass, list, long, password, string } from '../config-key.ts'
import { listOfAny, oneOf } from '../validators.ts'

/** Connections, principals and TLS. */
export const sslKeys = {
  'connections.max.reauth.ms': long(0).medium.warns(
    'security',
    'How long a connection may go without authenticating again; 0 for ever.',
  ),
  'sasl.server.max.receive.size': int(524_288).medium.warns('security', 'The largest SASL message the broker reads.'),
  'security.providers': string(null).low.warns('plugins', 'Plugins that provide security algorithms.'),
  'principal.builder.class': javaClass(
    'org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder',
  ).medium.perBroker.refused('The plugin that makes a principal of what a client authenticated as.'),
  'ssl.client.auth': string('none', oneOf('required', 'requested', 'none')).medium.perBroker.warns(
    'security',
    'Whether clients must, may or need not present a certificate.',
  ),
  'ssl.principal.mapping.rules': string('DEFAULT').low.warns(
    'security',
    "Rules that shorten the distinguished name of a client's certificate to its principal.",
  ),
  'ssl.allow.dn.changes': boolean(false).low.warns(
    'security',
    'Whether a keystore may be replaced by one with another distinguished name while the broker runs.',
  ),
  'ssl.allow.san.changes': boolean(false).low.warns(
    'security',
    'Whether a keystore may be replaced by one with other alternative names while the broker runs.',
  ),
  'ssl.protocol': string('TLSv1.3').medium.perBroker.warns('security', 'The TLS version connections are made with.'),
  'ssl.provider': string(null).medium.perBroker.warns('security', 'The security provider TLS comes from.'),
  'ssl.enabled.protocols': list('TLSv1.2,TLSv1.3', listOfAny({ empty: true, null: false })).medium.perBroker.warns(
    'security',
    'The TLS versions connections are accepted with.',
  ),
  'ssl.keystore.type': string('JKS').medium.perBroker.warns(
    'security',
    'The format of the keystore: JKS, PKCS12 or PEM.',
  ),
  'ssl.keystore.location': string(null).medium.perBroker.warns(
    'security',
    "The file that holds the broker's key and certificate.",
  ),
  'ssl.keystore.password': password().medium.perBroker.warns('security', 'The password of the keystore.'),
  'ssl.key.password': password().medium.perBroker.warns('security', 'The password of the private key.'),
  'ssl.keystore.key': password().medium.perBroker.warns('security', 'The private key itself, as PEM.'),
  'ssl.keystore.certificate.chain': password().medium.perBroker.warns(
    'security',
    'The certificate chain itself, as PEM.',
  ),
  'ssl.truststore.type': string('JKS').medium.perBroker.warns(
    'security',
    'The format of the truststore: JKS, PKCS12 or PEM.',
  ),
  'ssl.truststore.location': string(null).medium.perBroker.warns(
    'security',
    'The file that holds the certificates the broker trusts.',
  ),
  'ssl.truststore.password': password().medium.perBroker.warns('security', 'The password of the truststore.'),
  'ssl.truststore.certificates': password().medium.perBroker.warns(
    'security',
    'The trusted certificates themselves, as PEM.',
  ),
  'ssl.keymanager.algorithm': string('SunX509').medium.perBroker.warns('security', 'The algorithm of the key manager.'),
  'ssl.trustmanager.algorithm': string('PKIX').medium.perBroker.warns(
    'security',
    'The algorithm of the trust manager.',
  ),
  'ssl.endpoint.identification.algorithm': string('https').low.perBroker.warns(
    'security',
    "How a server's host name is checked against its certificate; empty for not at all.",
  ),
  'ssl.secure.random.implementation': string(null).low.perBroker.warns('security', 'The source of randomness for TLS.'),
  'ssl.cipher.suites': list('', listOfAny({ empty: true, null: false })).medium.perBroker.warns(
    'security',
    'The cipher suites that may be negotiated; all that the runtime supports by default.',
  ),
  'ssl.engine.factory.class': javaClass(null).low.perBroker.warns('security', 'The plugin that makes TLS engines.'),
}
