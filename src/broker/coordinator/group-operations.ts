/** Without an authorizer everybody may do with a group what there is: a bit for each `AclOperation`. */
export const groupOperations = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11) // READ, DELETE, DESCRIBE, …_CONFIGS
