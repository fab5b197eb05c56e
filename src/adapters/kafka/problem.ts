import { type Failure, failureOf } from './failure.ts';
import type { KafkaSettings } from './settings.ts';

/** What went wrong and what to do about it, in words for people. Holds no password: nothing of the settings but names. */
export function problemOf(error: unknown, settings: KafkaSettings): string {
  return say(failureOf(error), settings);
}

function say(failure: Failure, { brokers, topic, tls, login }: KafkaSettings): string {
  const where = brokers.join(', ');
  switch (failure.kind) {
    case 'unreachable':
      return `no broker of ${where} can be reached: ${failure.detail}`;
    case 'silent':
      return `the brokers of ${where} do not answer in time`;
    case 'no-topic':
      return `there is no topic ${topic}; make it: ${createTopic({ brokers, topic })}`;
    case 'too-few-replicas':
      return `fewer replicas of ${topic} are in sync than its min.insync.replicas: start the brokers that are down`;
    case 'too-large':
      return `${topic} takes no message as small as ours; make max.message.bytes of the topic larger`;
    case 'ahead':
      return `the clocks differ: ${where} refuses our time as one to come; set the clock of this machine or of the brokers`;
    case 'forbidden':
      return `${login === null ? 'whoever gives no user' : `user ${login.user}`} may not write to ${topic}; allow it Describe, DescribeConfigs and Write`;
    case 'credentials':
      return login === null
        ? `the brokers of ${where} ask for a user: set GHOST_KAFKA_USER and GHOST_KAFKA_PASSWORD`
        : `the brokers of ${where} do not take user ${login.user} with this password by ${login.mechanism}`;
    case 'mechanism':
      return `the brokers of ${where} do not take ${login?.mechanism ?? 'users'}: set GHOST_KAFKA_MECHANISM to one that they have`;
    case 'tls-wanted':
      return `the brokers of ${where} speak TLS alone: set GHOST_KAFKA_TLS to on`;
    case 'tls-not-spoken':
      return `no TLS can be agreed on with ${where}: name a port that speaks it, or set GHOST_KAFKA_TLS to off`;
    case 'certificate':
      return `the certificate of ${where} is not trusted (${failure.detail}): set GHOST_KAFKA_CA_FILE to the one it is signed by, and name brokers as it does`;
    case 'other':
      return tls === 'off' && login === null && failure.detail === 'Connection closed'
        ? `a broker of ${where} ended the connection: it is going or coming, or asks for TLS or a user`
        : `a broker of ${where} says: ${failure.detail}`;
  }
}

/** The command that makes a topic as it should be, for three brokers. */
export function createTopic({ brokers, topic }: Pick<KafkaSettings, 'brokers' | 'topic'>): string {
  return `kafka-topics.sh --bootstrap-server ${brokers[0]} --create --topic ${topic} --partitions 12 --replication-factor 3 --config min.insync.replicas=2`;
}
