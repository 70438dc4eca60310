import { controllerHandlerEntries } from '../../controller-handlers.ts'
import { apiVersionsHandler } from '../api-versions.ts'

export const handler = apiVersionsHandler(controllerHandlerEntries)
