package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"ottla.test/compat/loop"
)

// worker is a member that reads and commits until it is told to leave.
type worker struct {
	client *kgo.Client
	stop   context.CancelFunc
	done   chan struct{}
}

func join(args loop.Args, log *loop.WorkLog) (*worker, error) {
	balancers := map[string]kgo.GroupBalancer{
		"range": kgo.RangeBalancer(), "cooperative-sticky": kgo.CooperativeStickyBalancer(), "uniform": kgo.StickyBalancer(),
	}
	options := append([]kgo.Opt{
		kgo.ConsumerGroup(args.Group),
		kgo.ConsumeTopics(args.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.Balancers(balancers[args.Assignor]),
		kgo.HeartbeatInterval(100 * time.Millisecond),
		kgo.FetchMaxWait(100 * time.Millisecond),
		// Nothing is handed over between a poll and the commit of what it brought.
		kgo.BlockRebalanceOnPoll(),
	}, bootstrap...)
	if args.Protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer())
	}
	if args.InstanceID != "" {
		options = append(options, kgo.InstanceID(args.InstanceID))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	joined := &worker{client: client, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(joined.done)
		commits := loop.NewCommits(log)
		for ctx.Err() == nil {
			waiting, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
			fetches := client.PollRecords(waiting, 500)
			cancel()
			fetches.EachPartition(func(read kgo.FetchTopicPartition) {
				if len(read.Records) == 0 {
					return
				}
				from := read.Records[0].Offset
				to := read.Records[len(read.Records)-1].Offset + 1
				commits.Read(read.Partition, from, to, joined.commit(args.Topic, read.Partition, to))
			})
			client.AllowRebalance()
		}
	}()
	return joined, nil
}

func (w *worker) commit(topic string, partition int32, offset int64) bool {
	var outcome error
	w.client.CommitOffsetsSync(context.Background(), map[string]map[int32]kgo.EpochOffset{
		topic: {partition: {Epoch: -1, Offset: offset}},
	}, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
		outcome = err
		if err == nil {
			outcome = kerr.ErrorForCode(response.Topics[0].Partitions[0].ErrorCode)
		}
	})
	return outcome == nil
}

func (w *worker) leave() {
	w.stop()
	<-w.done
	w.client.CloseAllowingRebalance()
}
