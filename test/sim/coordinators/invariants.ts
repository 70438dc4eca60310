/** What the coordinators promise. A run that never looked at one of them proves nothing about it. */
export type CoordinatorInvariant =
  | 'a partition has one owner in a generation'
  | 'all members of a generation are given what its leader assigned'
  | 'nothing is taken from a member of an earlier generation'
  | 'nothing is taken from a static member that was replaced'
  | 'a committed offset is the one last acknowledged, or one in doubt'
  | 'a client is answered what the protocol allows'
  | 'groups find together once the faults are over'
  | 'what was committed is the same after a restart'
