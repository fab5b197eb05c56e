import { memoryEventPublisher } from '../../../src/adapters/memory/event-publisher.ts';
import { eventPublisherSuite } from '../../conformance/event-publisher.ts';
import { faultyTopic } from '../../world/faulty-topic.ts';

eventPublisherSuite('memory', async () => {
  const topic = faultyTopic();
  return {
    publisher: memoryEventPublisher(topic, '/ghost/test'),
    received: async (key) => topic.events.filter(({ partitionkey }) => partitionkey === key),
    fail: topic.fail,
    recover: topic.recover,
  };
});
