package loop

import "sync"

// Work is what a member read and then committed, or tried to; ../../commands.ts says more.
type Work struct {
	Partition int32 `json:"partition"`
	Since     int64 `json:"since"`
	From      int64 `json:"from"`
	To        int64 `json:"to"`
	Committed any   `json:"committed"`
}

// WorkLog gathers what the members of an agent do.
type WorkLog struct {
	mutex sync.Mutex
	work  []Work
}

func (l *WorkLog) Take() []Work {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	work := l.work
	l.work = nil
	if work == nil {
		return []Work{}
	}
	return work
}

type openRange struct{ since, to int64 }

// Commits are those of one member, from one goroutine.
type Commits struct {
	log  *WorkLog
	open map[int32]openRange
}

func NewCommits(log *WorkLog) *Commits {
	return &Commits{log: log, open: map[int32]openRange{}}
}

// Read notes what came of committing what was read: true, false, or a member's id where the client does not tell.
func (c *Commits) Read(partition int32, from, to int64, committed any) {
	since := from
	if open, found := c.open[partition]; found && open.to == from {
		since = open.since
	}
	if committed == false {
		c.open[partition] = openRange{since, to}
	} else {
		delete(c.open, partition)
	}
	c.log.mutex.Lock()
	defer c.log.mutex.Unlock()
	c.log.work = append(c.log.work, Work{Partition: partition, Since: since, From: from, To: to, Committed: committed})
}
