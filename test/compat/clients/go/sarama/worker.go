package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/IBM/sarama"

	"ottla.test/compat/loop"
)

// worker is a member that reads and commits until it is told to leave.
type worker struct {
	group   sarama.ConsumerGroup
	stop    context.CancelFunc
	done    chan struct{}
	mutex   sync.Mutex
	commits *loop.Commits
}

func join(args loop.Args, log *loop.WorkLog) (*worker, error) {
	c := config()
	c.Consumer.Group.Heartbeat.Interval = 100 * time.Millisecond
	c.Consumer.Group.InstanceId = args.InstanceID
	c.Consumer.MaxWaitTime = 100 * time.Millisecond
	group, err := sarama.NewConsumerGroup(bootstrap, args.Group, c)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	joined := &worker{group: group, stop: stop, done: make(chan struct{}), commits: loop.NewCommits(log)}
	go func() {
		defer close(joined.done)
		for ctx.Err() == nil {
			if err := group.Consume(ctx, []string{args.Topic}, joined); errors.Is(err, sarama.ErrClosedConsumerGroup) {
				return
			}
		}
	}()
	return joined, nil
}

// Setup begins to commit what is marked, as one does who does not leave that to the client. What comes of a commit goes
// elsewhere, so the commit itself is to be looked at.
func (w *worker) Setup(session sarama.ConsumerGroupSession) error {
	go func() {
		for {
			select {
			case <-time.After(50 * time.Millisecond):
				session.Commit()
			case <-session.Context().Done():
				return
			}
		}
	}()
	return nil
}

func (w *worker) Cleanup(session sarama.ConsumerGroupSession) error {
	session.Commit()
	return nil
}

func (w *worker) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		w.mutex.Lock()
		session.MarkMessage(message, "")
		w.commits.Read(message.Partition, message.Offset, message.Offset+1, session.MemberID())
		w.mutex.Unlock()
	}
	return nil
}

func (w *worker) leave() error {
	w.stop()
	<-w.done
	return w.group.Close()
}
