package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"ottla.test/compat/loop"
)

func newSender(args loop.Args) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{
		kgo.TransactionalID(args.TransactionalID),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
	}, bootstrap...)...)
}

func transactWithOffset(ctx context.Context, client *kgo.Client, args loop.Args) error {
	if err := client.BeginTransaction(); err != nil {
		return err
	}
	if err := client.ProduceSync(ctx, valuesOf(args)...).FirstErr(); err != nil {
		return err
	}
	if args.SentOffset != nil {
		if err := sendOffset(ctx, client, args); err != nil {
			return err
		}
	}
	switch args.Outcome {
	case "commit":
		return client.EndTransaction(ctx, kgo.TryCommit)
	case "abort":
		return client.EndTransaction(ctx, kgo.TryAbort)
	default:
		return nil
	}
}

// sendOffset says itself what the client says only for a consumer of its own (GroupTransactSession).
func sendOffset(ctx context.Context, client *kgo.Client, args loop.Args) error {
	id, epoch, err := client.ProducerID(ctx)
	if err != nil {
		return err
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = args.TransactionalID, id, epoch, args.SentOffset.Group
	added, err := add.RequestWith(ctx, client)
	if err == nil {
		err = kerr.ErrorForCode(added.ErrorCode)
	}
	if err != nil {
		return err
	}
	partition := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	partition.Offset = args.SentOffset.Offset
	topic := kmsg.NewTxnOffsetCommitRequestTopic()
	topic.Topic = args.Topic
	topic.Partitions = append(topic.Partitions, partition)
	commit := kmsg.NewPtrTxnOffsetCommitRequest()
	commit.TransactionalID, commit.ProducerID, commit.ProducerEpoch = args.TransactionalID, id, epoch
	commit.Group, commit.Generation = args.SentOffset.Group, -1
	commit.Topics = append(commit.Topics, topic)
	committed, err := commit.RequestWith(ctx, client)
	if err == nil {
		err = kerr.ErrorForCode(committed.Topics[0].Partitions[0].ErrorCode)
	}
	return err
}

func isolation(name string) kgo.IsolationLevel {
	if name == "read_committed" {
		return kgo.ReadCommitted()
	}
	return kgo.ReadUncommitted()
}

func valuesOf(args loop.Args) []*kgo.Record {
	var records []*kgo.Record
	for _, item := range args.Records {
		records = append(records, &kgo.Record{Topic: args.Topic, Value: item.Value})
	}
	return records
}
