package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"ottla.test/compat/loop"
)

var bootstrap = []kgo.Opt{
	kgo.SeedBrokers(os.Args[1]),
	// New topics are waited for; by default metadata is asked for again after seconds only.
	kgo.MetadataMinAge(50 * time.Millisecond),
}

type member struct {
	client   *kgo.Client
	mutex    sync.Mutex
	assigned map[int32]bool
}

func (m *member) update(owned bool) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		for _, partitions := range topics {
			for _, partition := range partitions {
				if owned {
					m.assigned[partition] = true
				} else {
					delete(m.assigned, partition)
				}
			}
		}
	}
}

func main() {
	client, err := kgo.NewClient(bootstrap...)
	if err != nil {
		panic(err)
	}
	admin := kadm.NewClient(client)
	members := map[string]*member{}
	joined := map[string]*worker{}
	senders := map[string]*kgo.Client{}
	log := &loop.WorkLog{}
	ctx := context.Background()

	transactional := map[string]*kgo.Client{}

	loop.Serve(map[string]loop.Handler{
		"createTopic": func(args loop.Args) (any, error) {
			configs := map[string]*string{}
			for name, value := range args.Configs {
				configs[name] = &value
			}
			_, err := admin.CreateTopic(ctx, args.Partitions, 1, configs, args.Topic)
			return nil, err
		},
		"listTopics": func(loop.Args) (any, error) {
			topics, err := admin.ListTopics(ctx)
			return topics.Names(), err
		},
		"partitionCount": func(args loop.Args) (any, error) {
			topics, err := admin.ListTopics(ctx, args.Topic)
			return len(topics[args.Topic].Partitions), err
		},
		"createPartitions": func(args loop.Args) (any, error) {
			responses, err := admin.UpdatePartitions(ctx, int(args.Count), args.Topic)
			if err == nil {
				err = responses[args.Topic].Err
			}
			return nil, err
		},
		"deleteTopic": func(args loop.Args) (any, error) {
			_, err := admin.DeleteTopic(ctx, args.Topic)
			return nil, err
		},
		"describeCluster": func(loop.Args) (any, error) {
			metadata, err := admin.BrokerMetadata(ctx)
			return map[string]any{"clusterId": metadata.Cluster, "brokers": len(metadata.Brokers)}, err
		},
		"describeConfigs": func(args loop.Args) (any, error) {
			resources, err := admin.DescribeTopicConfigs(ctx, args.Topic)
			values := map[string]*string{}
			for _, resource := range resources {
				for _, config := range resource.Configs {
					values[config.Key] = config.Value
				}
			}
			return values, err
		},
		"alterConfigs": func(args loop.Args) (any, error) {
			var changes []kadm.AlterConfig
			for name, value := range args.Configs {
				changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
			}
			responses, err := admin.AlterTopicConfigs(ctx, changes, args.Topic)
			if err == nil {
				err = responses[0].Err
			}
			return nil, err
		},
		"deleteRecords": func(args loop.Args) (any, error) {
			var offsets kadm.Offsets
			offsets.AddOffset(args.Topic, args.Partition, args.Offset, -1)
			responses, err := admin.DeleteRecords(ctx, offsets)
			if err == nil {
				err = responses.Error()
			}
			return nil, err
		},
		"listOffset": func(args loop.Args) (any, error) {
			var listed kadm.ListedOffsets
			var err error
			switch at := args.At.(type) {
			case float64:
				listed, err = admin.ListOffsetsAfterMilli(ctx, int64(at), args.Topic)
			default:
				if at == "earliest" {
					listed, err = admin.ListStartOffsets(ctx, args.Topic)
				} else {
					listed, err = admin.ListEndOffsets(ctx, args.Topic)
				}
			}
			found, _ := listed.Lookup(args.Topic, args.Partition)
			return found.Offset, err
		},

		"listGroups": func(loop.Args) (any, error) {
			groups, err := admin.ListGroups(ctx)
			return groups.Groups(), err
		},
		"describeGroup": func(args loop.Args) (any, error) {
			groups, err := admin.DescribeGroups(ctx, args.Group)
			described := groups[args.Group]
			return map[string]any{"state": described.State, "members": len(described.Members)}, err
		},
		"committed": func(args loop.Args) (any, error) {
			responses, err := admin.FetchOffsets(ctx, args.Group)
			offsets := map[int32]int64{}
			for partition, response := range responses[args.Topic] {
				offsets[partition] = response.At
			}
			return offsets, err
		},
		"deleteGroup": func(args loop.Args) (any, error) {
			_, err := admin.DeleteGroup(ctx, args.Group)
			return nil, err
		},

		"produce": func(args loop.Args) (any, error) { return nil, produce(ctx, args) },

		"transact": func(args loop.Args) (any, error) { return nil, transact(ctx, transactional, args) },
		"endTransaction": func(args loop.Args) (any, error) {
			return nil, end(ctx, transactional[args.Producer], args.Commit)
		},

		"transactWithOffset": func(args loop.Args) (any, error) {
			if senders[args.Producer] == nil {
				made, err := newSender(args)
				if err != nil {
					return nil, err
				}
				senders[args.Producer] = made
			}
			return nil, transactWithOffset(ctx, senders[args.Producer], args)
		},

		"open": func(args loop.Args) (any, error) {
			opened := &member{assigned: map[int32]bool{}}
			members[args.Consumer] = opened
			var err error
			opened.client, err = kgo.NewClient(append([]kgo.Opt{
				kgo.ConsumerGroup(args.Group),
				kgo.ConsumeTopics(args.Topic),
				kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
				kgo.DisableAutoCommit(),
				kgo.HeartbeatInterval(200 * time.Millisecond),
				kgo.FetchMaxWait(200 * time.Millisecond),
				kgo.OnPartitionsAssigned(opened.update(true)),
				kgo.OnPartitionsRevoked(opened.update(false)),
				kgo.OnPartitionsLost(opened.update(false)),
				kgo.FetchIsolationLevel(isolation(args.Isolation)),
			}, bootstrap...)...)
			return nil, err
		},
		"poll": func(args loop.Args) (any, error) {
			waiting, cancel := context.WithTimeout(ctx, time.Duration(args.WaitMs)*time.Millisecond)
			defer cancel()
			records := []loop.Record{}
			members[args.Consumer].client.PollRecords(waiting, args.Max).EachRecord(func(record *kgo.Record) {
				headers := []loop.Header{}
				for _, header := range record.Headers {
					headers = append(headers, loop.Header{Name: header.Key, Value: header.Value})
				}
				records = append(records, loop.Record{
					Partition: &record.Partition, Offset: record.Offset, Key: record.Key, Value: record.Value, Headers: headers,
				})
			})
			return records, nil
		},
		"assignment": func(args loop.Args) (any, error) {
			asked := members[args.Consumer]
			asked.mutex.Lock()
			defer asked.mutex.Unlock()
			partitions := []int32{}
			for partition := range asked.assigned {
				partitions = append(partitions, partition)
			}
			return partitions, nil
		},
		"seek": func(args loop.Args) (any, error) {
			members[args.Consumer].client.SetOffsets(map[string]map[int32]kgo.EpochOffset{
				args.Topic: {args.Partition: {Epoch: -1, Offset: args.Offset}},
			})
			return nil, nil
		},
		"commit": func(args loop.Args) (any, error) {
			var outcome error
			members[args.Consumer].client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{
				args.Topic: {args.Partition: {Epoch: -1, Offset: args.Offset}},
			}, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
				outcome = err
				if err == nil {
					outcome = kerr.ErrorForCode(response.Topics[0].Partitions[0].ErrorCode)
				}
			})
			return nil, outcome
		},
		"close": func(args loop.Args) (any, error) {
			members[args.Consumer].client.Close()
			delete(members, args.Consumer)
			return nil, nil
		},

		"join": func(args loop.Args) (any, error) {
			joining, err := join(args, log)
			joined[args.Member] = joining
			return nil, err
		},
		"leave": func(args loop.Args) (any, error) {
			joined[args.Member].leave()
			delete(joined, args.Member)
			return nil, nil
		},
		"work": func(loop.Args) (any, error) { return log.Take(), nil },
	})
}

func produce(ctx context.Context, args loop.Args) error {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	acks := map[int]kgo.Acks{0: kgo.NoAck(), 1: kgo.LeaderAck(), -1: kgo.AllISRAcks()}
	options := append([]kgo.Opt{
		kgo.ProducerBatchCompression(codecs[args.Compression]),
		kgo.RequiredAcks(acks[args.Acks]),
		kgo.AllowAutoTopicCreation(),
		kgo.ProducerLinger(20 * time.Millisecond),
	}, bootstrap...)
	if !args.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	if len(args.Records) > 0 && args.Records[0].Partition != nil {
		options = append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	var records []*kgo.Record
	for _, item := range args.Records {
		record := &kgo.Record{Topic: args.Topic, Key: item.Key, Value: item.Value}
		if item.Partition != nil {
			record.Partition = *item.Partition
		}
		for _, header := range item.Headers {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: header.Name, Value: header.Value})
		}
		records = append(records, record)
	}
	return client.ProduceSync(ctx, records...).FirstErr()
}

func transact(ctx context.Context, transactional map[string]*kgo.Client, args loop.Args) error {
	client, has := transactional[args.Producer]
	if !has {
		var err error
		client, err = kgo.NewClient(append([]kgo.Opt{
			kgo.TransactionalID(args.TransactionalID),
			kgo.TransactionTimeout(time.Duration(args.TimeoutMs) * time.Millisecond),
			kgo.DefaultProduceTopic(args.Topic),
			kgo.ProducerBatchCompression(kgo.NoCompression()),
		}, bootstrap...)...)
		if err != nil {
			return err
		}
		transactional[args.Producer] = client
	}
	if err := client.BeginTransaction(); err != nil {
		return err
	}
	var records []*kgo.Record
	for _, value := range args.Values {
		records = append(records, &kgo.Record{Value: []byte(value)})
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	if args.End == "none" {
		return nil
	}
	return end(ctx, client, args.End == "commit")
}

func end(ctx context.Context, client *kgo.Client, commit bool) error {
	return client.EndTransaction(ctx, kgo.TransactionEndTry(commit))
}
