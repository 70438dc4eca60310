/**
 * The states of a consumer group, with Kafka's names. They follow from its members and epochs; no record says them.
 *
 * | event                           | Empty               | Assigning            | Reconciling          | Stable               |
 * |---------------------------------|---------------------|----------------------|----------------------|----------------------|
 * | heartbeat, joining              | added → Assigning,  | added; new target as | added → Assigning,   | added → Assigning,   |
 * |                                 | new target at once  | the interval allows  | new target or later  | new target or later  |
 * | heartbeat, subscription changed | UNKNOWN_MEMBER_ID   | group epoch + 1      | epoch + 1 → Assigning| epoch + 1 → Assigning|
 * | heartbeat, topics changed       | UNKNOWN_MEMBER_ID   | group epoch + 1      | epoch + 1 → Assigning| epoch + 1 → Assigning|
 * | heartbeat, nothing changed      | UNKNOWN_MEMBER_ID   | new target → Recon-  | member reconciled;   | answered             |
 * |                                 |                     | ciling, when allowed | the last one → Stable|                      |
 * | heartbeat, another epoch        | UNKNOWN_MEMBER_ID   | FENCED_MEMBER_EPOCH, unless the answer to the last one was lost   |||
 * | leaves, session or rebalance    | UNKNOWN_MEMBER_ID   | removed; group epoch + 1 → Assigning, the last one → Empty        |||
 * | timeout over                    |                     | the last that does not speak the classic protocol → a classic group |||
 * | static member leaves for a while| UNKNOWN_MEMBER_ID   | epoch −2; its place is kept until its session ends                |||
 * | JoinGroup                       | → a classic group   | as a joining heartbeat, for a member of the classic protocol      |||
 * | OffsetCommit by a member        | UNKNOWN_MEMBER_ID   | written, if of its epoch or since the partition was assigned      |||
 * | OffsetCommit without member     | written             | UNKNOWN_MEMBER_ID    | UNKNOWN_MEMBER_ID    | UNKNOWN_MEMBER_ID    |
 * | DeleteGroups                    | deleted             | NON_EMPTY_GROUP      | NON_EMPTY_GROUP      | NON_EMPTY_GROUP      |
 */
export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'
