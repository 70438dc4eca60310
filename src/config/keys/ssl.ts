import { boolean, int, javaClass, list, long, password, string } from '../config-key.ts'
import { listOfAny, oneOf } from '../validators.ts'

/** Connections, principals and TLS. */
export const sslKeys = {
  'connections.max.reauth.ms': long(0).medium.notYet(''),
  'sasl.server.max.receive.size': int(524_288).medium.notYet(''),
  'security.providers': string(null).low.notYet(''),
  'principal.builder.class': javaClass(
    'org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder',
  ).medium.perBroker.notYet(''),
  'ssl.client.auth': string('none', oneOf('required', 'requested', 'none')).medium.perBroker.notYet(''),
  'ssl.principal.mapping.rules': string('DEFAULT').low.notYet(''),
  'ssl.allow.dn.changes': boolean(false).low.notYet(''),
  'ssl.allow.san.changes': boolean(false).low.notYet(''),
  'ssl.protocol': string('TLSv1.3').medium.perBroker.notYet(''),
  'ssl.provider': string(null).medium.perBroker.notYet(''),
  'ssl.enabled.protocols': list('TLSv1.2,TLSv1.3', listOfAny({ empty: true, null: false })).medium.perBroker.notYet(''),
  'ssl.keystore.type': string('JKS').medium.perBroker.notYet(''),
  'ssl.keystore.location': string(null).medium.perBroker.notYet(''),
  'ssl.keystore.password': password().medium.perBroker.notYet(''),
  'ssl.key.password': password().medium.perBroker.notYet(''),
  'ssl.keystore.key': password().medium.perBroker.notYet(''),
  'ssl.keystore.certificate.chain': password().medium.perBroker.notYet(''),
  'ssl.truststore.type': string('JKS').medium.perBroker.notYet(''),
  'ssl.truststore.location': string(null).medium.perBroker.notYet(''),
  'ssl.truststore.password': password().medium.perBroker.notYet(''),
  'ssl.truststore.certificates': password().medium.perBroker.notYet(''),
  'ssl.keymanager.algorithm': string('SunX509').medium.perBroker.notYet(''),
  'ssl.trustmanager.algorithm': string('PKIX').medium.perBroker.notYet(''),
  'ssl.endpoint.identification.algorithm': string('https').low.perBroker.notYet(''),
  'ssl.secure.random.implementation': string(null).low.perBroker.notYet(''),
  'ssl.cipher.suites': list('', listOfAny({ empty: true, null: false })).medium.perBroker.notYet(''),
  'ssl.engine.factory.class': javaClass(null).low.perBroker.notYet(''),
}
