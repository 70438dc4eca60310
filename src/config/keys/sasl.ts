import { boolean, double, int, javaClass, list, long, password, short, string } from '../config-key.ts'
import { between, listOfAny, oneOfIgnoringCase } from '../validators.ts'

/** SASL: mechanisms, Kerberos, OAuth. */
export const saslKeys = {
  'sasl.mechanism.inter.broker.protocol': string('GSSAPI').medium.perBroker.warns(
    'security',
    'The SASL mechanism between brokers.',
  ),
  'sasl.enabled.mechanisms': list('GSSAPI', listOfAny({ empty: true, null: false })).medium.perBroker.warns(
    'security',
    'The SASL mechanisms clients may authenticate with.',
  ),
  'sasl.server.callback.handler.class': javaClass(null).medium.warns(
    'security',
    'The plugin that checks what SASL clients present.',
  ),
  'sasl.kerberos.principal.to.local.rules': list(
    'DEFAULT',
    listOfAny({ empty: true, null: false }),
  ).medium.perBroker.warns('security', 'Rules that shorten a Kerberos principal to a user name.'),
  'sasl.jaas.config': password().medium.perBroker.warns(
    'security',
    'The login context of a SASL listener, in the format of JAAS.',
  ),
  'sasl.client.callback.handler.class': javaClass(null).medium.warns(
    'security',
    'The plugin that provides credentials where the broker is the client.',
  ),
  'sasl.login.class': javaClass(null).medium.warns('security', 'The plugin that logs in for SASL.'),
  'sasl.login.callback.handler.class': javaClass(null).medium.warns(
    'security',
    'The plugin that provides credentials for the login.',
  ),
  'sasl.kerberos.service.name': string(null).medium.perBroker.warns('security', 'The Kerberos name Kafka runs under.'),
  'sasl.kerberos.kinit.cmd': string('/usr/bin/kinit').medium.perBroker.warns('security', 'Where kinit is.'),
  'sasl.kerberos.ticket.renew.window.factor': double('0.8').medium.perBroker.warns(
    'security',
    'After which share of its lifetime a Kerberos ticket is renewed.',
  ),
  'sasl.kerberos.ticket.renew.jitter': double('0.05').medium.perBroker.warns(
    'security',
    'The share by which that time is varied at random.',
  ),
  'sasl.kerberos.min.time.before.relogin': long(60_000).medium.perBroker.warns(
    'security',
    'The shortest time between two Kerberos logins.',
  ),
  'sasl.login.refresh.window.factor': double('0.8').medium.perBroker.warns(
    'security',
    'After which share of its lifetime a login is refreshed.',
  ),
  'sasl.login.refresh.window.jitter': double('0.05').medium.perBroker.warns(
    'security',
    'The share by which that time is varied at random.',
  ),
  'sasl.login.refresh.min.period.seconds': short(60).medium.perBroker.warns(
    'security',
    'The shortest time between two refreshes of a login.',
  ),
  'sasl.login.refresh.buffer.seconds': short(300).medium.perBroker.warns(
    'security',
    'How long before its end a login is refreshed at the latest.',
  ),
  'sasl.login.connect.timeout.ms': int(null).low.warns(
    'security',
    'How long a connection to the identity provider may take to be made.',
  ),
  'sasl.login.read.timeout.ms': int(null).low.warns('security', 'How long the identity provider may take to answer.'),
  'sasl.login.retry.backoff.max.ms': long(10_000).low.warns(
    'security',
    'The longest wait between two tries to reach the identity provider.',
  ),
  'sasl.login.retry.backoff.ms': long(100).low.warns(
    'security',
    'The first wait between two tries to reach the identity provider.',
  ),
  'sasl.oauthbearer.jwt.retriever.class': javaClass(
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever',
  ).medium.warns('security', 'The plugin that gets a token from the identity provider.'),
  'sasl.oauthbearer.jwt.validator.class': javaClass(
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator',
  ).medium.warns('security', 'The plugin that checks a token.'),
  'sasl.oauthbearer.scope': string(null).medium.warns('security', 'The scope that is asked of the identity provider.'),
  'sasl.oauthbearer.client.credentials.client.id': string(null).medium.warns(
    'security',
    'The client id for the identity provider.',
  ),
  'sasl.oauthbearer.client.credentials.client.secret': password().medium.warns(
    'security',
    'The client secret for the identity provider.',
  ),
  'sasl.oauthbearer.assertion.algorithm': string('RS256', oneOfIgnoringCase('ES256', 'RS256')).medium.warns(
    'security',
    'The algorithm that signs an assertion.',
  ),
  'sasl.oauthbearer.assertion.claim.aud': string(null).medium.warns('security', 'The audience an assertion claims.'),
  'sasl.oauthbearer.assertion.claim.exp.seconds': int(300, between(0, 86_400)).low.warns(
    'security',
    'How long an assertion is valid.',
  ),
  'sasl.oauthbearer.assertion.claim.iss': string(null).medium.warns('security', 'The issuer an assertion claims.'),
  'sasl.oauthbearer.assertion.claim.jti.include': boolean(false).medium.warns(
    'security',
    'Whether an assertion carries an id of its own.',
  ),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': int(60, between(0, 3600)).low.warns(
    'security',
    'How long before it is made an assertion begins to be valid.',
  ),
  'sasl.oauthbearer.assertion.claim.sub': string(null).medium.warns('security', 'The subject an assertion claims.'),
  'sasl.oauthbearer.assertion.file': string(null).medium.warns('security', 'A file that holds a finished assertion.'),
  'sasl.oauthbearer.assertion.private.key.file': string(null).medium.warns(
    'security',
    'The private key that signs assertions.',
  ),
  'sasl.oauthbearer.assertion.private.key.passphrase': password().medium.warns(
    'security',
    'The passphrase of that private key.',
  ),
  'sasl.oauthbearer.assertion.template.file': string(null).medium.warns(
    'security',
    'A file with claims that every assertion carries.',
  ),
  'sasl.oauthbearer.scope.claim.name': string('scope').low.warns(
    'security',
    'The claim of a token that holds its scope.',
  ),
  'sasl.oauthbearer.sub.claim.name': string('sub').low.warns(
    'security',
    'The claim of a token that holds its subject.',
  ),
  'sasl.oauthbearer.token.endpoint.url': string(null).medium.warns(
    'security',
    'Where the identity provider gives out tokens.',
  ),
  'sasl.oauthbearer.jwks.endpoint.url': string(null).medium.warns(
    'security',
    'Where the identity provider publishes its keys.',
  ),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': long(3_600_000).low.warns(
    'security',
    'How long published keys are kept before they are read again.',
  ),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': long(100).low.warns(
    'security',
    'The first wait between two tries to read the published keys.',
  ),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': long(10_000).low.warns(
    'security',
    'The longest wait between two tries to read the published keys.',
  ),
  'sasl.oauthbearer.clock.skew.seconds': int(30).low.warns(
    'security',
    'How far the clocks of broker and identity provider may differ.',
  ),
  'sasl.oauthbearer.expected.audience': list('', listOfAny({ empty: true, null: false })).high.warns(
    'security',
    'The audiences a token may be meant for.',
  ),
  'sasl.oauthbearer.expected.issuer': string(null).high.warns('security', 'The issuer a token must come from.'),
}
