package main

import (
	"github.com/IBM/sarama"

	"ottla.test/compat/loop"
)

func newSender(args loop.Args) (sarama.SyncProducer, error) {
	c := config()
	c.Producer.Transaction.ID = args.TransactionalID
	c.Producer.Idempotent = true
	c.Producer.RequiredAcks = sarama.WaitForAll
	c.Net.MaxOpenRequests = 1
	c.Producer.Partitioner = sarama.NewManualPartitioner
	return sarama.NewSyncProducer(bootstrap, c)
}

func transactWithOffset(producer sarama.SyncProducer, args loop.Args) error {
	if err := producer.BeginTxn(); err != nil {
		return err
	}
	if err := producer.SendMessages(valuesOf(args)); err != nil {
		return err
	}
	if args.SentOffset != nil {
		place := &sarama.PartitionOffsetMetadata{Partition: 0, Offset: args.SentOffset.Offset, LeaderEpoch: -1}
		offsets := map[string][]*sarama.PartitionOffsetMetadata{args.Topic: {place}}
		if err := producer.AddOffsetsToTxn(offsets, args.SentOffset.Group); err != nil {
			return err
		}
	}
	switch args.Outcome {
	case "commit":
		return producer.CommitTxn()
	case "abort":
		return producer.AbortTxn()
	default:
		return nil
	}
}

func valuesOf(args loop.Args) []*sarama.ProducerMessage {
	var messages []*sarama.ProducerMessage
	for _, item := range args.Records {
		messages = append(messages, &sarama.ProducerMessage{Topic: args.Topic, Value: sarama.ByteEncoder(item.Value)})
	}
	return messages
}
