import { loadConfig } from '../../src/config/load-config.ts'
import { TopicConfigs } from '../../src/config/topic-config.ts'
import type { LogConfig } from '../../src/log/log-config.ts'

const { config } = loadConfig(new Map())

/** A log's, where neither broker nor topic has set anything. */
export const defaultLogConfig: LogConfig = new TopicConfigs(() => config.values).of(undefined)
