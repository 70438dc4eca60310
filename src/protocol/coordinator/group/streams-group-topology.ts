import { array, int16, int32, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const topicConfig = {
  key: string,
  value: string,
}

const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(topicConfig),
}

/** Type 23: a streams group's topology. */
export const StreamsGroupTopologyKey = message('StreamsGroupTopologyKey', {
  key: 23,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 23: its subtopologies, with their topics. */
export const StreamsGroupTopologyValue = message('StreamsGroupTopologyValue', {
  key: 23,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    subtopologies: array({
      subtopologyId: string,
      sourceTopics: array(string),
      sourceTopicRegex: array(string),
      stateChangelogTopics: array(topicInfo),
      repartitionSinkTopics: array(string),
      repartitionSourceTopics: array(topicInfo),
      copartitionGroups: array({
        sourceTopics: array(int16),
        sourceTopicRegex: array(int16),
        repartitionSourceTopics: array(int16),
      }),
    }),
  },
})
