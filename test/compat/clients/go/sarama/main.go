package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/IBM/sarama"

	"ottla.test/compat/loop"
)

var bootstrap = []string{os.Args[1]}

func config() *sarama.Config {
	c := sarama.NewConfig()
	c.Version = sarama.MaxVersion
	c.Metadata.RefreshFrequency = time.Second
	c.Producer.Return.Successes = true
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	c.Consumer.Offsets.AutoCommit.Enable = false
	c.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	c.Consumer.MaxWaitTime = 200 * time.Millisecond
	c.Consumer.Retry.Backoff = 200 * time.Millisecond
	return c
}

// member consumes in a group; once it has been told to seek it reads its partition alone, since a group offers no seek.
type member struct {
	group    sarama.ConsumerGroup
	consumer sarama.Consumer
	stop     context.CancelFunc
	stopped  chan struct{}
	messages chan *sarama.ConsumerMessage

	mutex    sync.Mutex
	session  sarama.ConsumerGroupSession
	assigned []int32
}

func open(group, topic, isolation string) (*member, error) {
	c := config()
	if isolation == "read_committed" {
		c.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	consumerGroup, err := sarama.NewConsumerGroup(bootstrap, group, c)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	opened := &member{
		group: consumerGroup, stop: stop, stopped: make(chan struct{}), messages: make(chan *sarama.ConsumerMessage),
	}
	go func() {
		defer close(opened.stopped)
		for ctx.Err() == nil {
			if err := consumerGroup.Consume(ctx, []string{topic}, opened); errors.Is(err, sarama.ErrClosedConsumerGroup) {
				return
			}
		}
	}()
	return opened, nil
}

func (m *member) Setup(session sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.session, m.assigned = session, nil
	for _, partitions := range session.Claims() {
		m.assigned = append(m.assigned, partitions...)
	}
	return nil
}

func (m *member) Cleanup(sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.session, m.assigned = nil, nil
	return nil
}

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		select {
		case m.messages <- message:
		case <-session.Context().Done():
			return nil
		}
	}
	return nil
}

func (m *member) poll(max int, wait time.Duration) []loop.Record {
	records := []loop.Record{}
	timeout := time.After(wait)
	for len(records) < max {
		select {
		case message := <-m.messages:
			records = append(records, asRecord(message))
			timeout = time.After(20 * time.Millisecond)
		case <-timeout:
			return records
		}
	}
	return records
}

func (m *member) leaveGroup() error {
	m.stop()
	err := m.group.Close()
	<-m.stopped
	return err
}

func (m *member) seek(topic string, partition int32, offset int64) error {
	if m.consumer == nil {
		if err := m.leaveGroup(); err != nil {
			return err
		}
	} else if err := m.consumer.Close(); err != nil {
		return err
	}
	var err error
	if m.consumer, err = sarama.NewConsumer(bootstrap, config()); err != nil {
		return err
	}
	reader, err := m.consumer.ConsumePartition(topic, partition, offset)
	if err != nil {
		return err
	}
	m.messages = make(chan *sarama.ConsumerMessage)
	go func(messages chan *sarama.ConsumerMessage) {
		for message := range reader.Messages() {
			messages <- message
		}
	}(m.messages)
	return nil
}

func (m *member) close() error {
	if m.consumer != nil {
		return nil
	}
	return m.leaveGroup()
}

func asRecord(message *sarama.ConsumerMessage) loop.Record {
	headers := []loop.Header{}
	for _, header := range message.Headers {
		headers = append(headers, loop.Header{Name: string(header.Key), Value: header.Value})
	}
	return loop.Record{
		Partition: &message.Partition, Offset: message.Offset, Key: message.Key, Value: message.Value, Headers: headers,
	}
}

// encoder gives a key or a value as it is; null where there is none.
func encoder(data []byte) sarama.Encoder {
	if data == nil {
		return nil
	}
	return sarama.ByteEncoder(data)
}

func produce(args loop.Args) error {
	codecs := map[string]sarama.CompressionCodec{
		"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
		"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
	}
	c := config()
	c.Producer.Compression = codecs[args.Compression]
	c.Producer.RequiredAcks = sarama.RequiredAcks(args.Acks)
	c.Producer.Idempotent = args.Idempotent
	// Without it a retry may overtake what was sent after it.
	c.Net.MaxOpenRequests = 1
	if len(args.Records) > 0 && args.Records[0].Partition != nil {
		c.Producer.Partitioner = sarama.NewManualPartitioner
	}
	producer, err := sarama.NewSyncProducer(bootstrap, c)
	if err != nil {
		return err
	}
	defer producer.Close()
	var messages []*sarama.ProducerMessage
	for _, item := range args.Records {
		message := &sarama.ProducerMessage{Topic: args.Topic, Key: encoder(item.Key), Value: encoder(item.Value)}
		if item.Partition != nil {
			message.Partition = *item.Partition
		}
		for _, header := range item.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(header.Name), Value: header.Value})
		}
		messages = append(messages, message)
	}
	return producer.SendMessages(messages)
}

func transact(transactional map[string]sarama.SyncProducer, args loop.Args) error {
	producer, has := transactional[args.Producer]
	if !has {
		c := config()
		c.Producer.RequiredAcks = sarama.WaitForAll
		c.Producer.Idempotent = true
		c.Producer.Transaction.ID = args.TransactionalID
		c.Producer.Transaction.Timeout = time.Duration(args.TimeoutMs) * time.Millisecond
		c.Net.MaxOpenRequests = 1
		var err error
		if producer, err = sarama.NewSyncProducer(bootstrap, c); err != nil {
			return err
		}
		transactional[args.Producer] = producer
	}
	if err := producer.BeginTxn(); err != nil {
		return err
	}
	var messages []*sarama.ProducerMessage
	for _, value := range args.Values {
		messages = append(messages, &sarama.ProducerMessage{Topic: args.Topic, Value: sarama.StringEncoder(value)})
	}
	if err := producer.SendMessages(messages); err != nil {
		return err
	}
	if args.End == "none" {
		return nil
	}
	return end(producer, args.End == "commit")
}

func end(producer sarama.SyncProducer, commit bool) error {
	if commit {
		return producer.CommitTxn()
	}
	return producer.AbortTxn()
}

// administer gives each command an admin client of its own: one whose connection broke since its last use reports that instead of
// connecting again.
func administer(handler func(sarama.ClusterAdmin, loop.Args) (any, error)) loop.Handler {
	return func(args loop.Args) (any, error) {
		admin, err := sarama.NewClusterAdmin(bootstrap, config())
		if err != nil {
			return nil, err
		}
		defer admin.Close()
		return handler(admin, args)
	}
}

func main() {
	members := map[string]*member{}
	joined := map[string]*worker{}
	senders := map[string]sarama.SyncProducer{}
	log := &loop.WorkLog{}

	transactional := map[string]sarama.SyncProducer{}

	loop.Serve(map[string]loop.Handler{
		"createTopic": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			entries := map[string]*string{}
			for name, value := range args.Configs {
				entries[name] = &value
			}
			detail := &sarama.TopicDetail{NumPartitions: args.Partitions, ReplicationFactor: 1, ConfigEntries: entries}
			return nil, admin.CreateTopic(args.Topic, detail, false)
		}),
		"listTopics": administer(func(admin sarama.ClusterAdmin, _ loop.Args) (any, error) {
			topics, err := admin.ListTopics()
			names := []string{}
			for name := range topics {
				names = append(names, name)
			}
			return names, err
		}),
		"partitionCount": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			topics, err := admin.DescribeTopics([]string{args.Topic})
			if err != nil {
				return nil, err
			}
			return len(topics[0].Partitions), nil
		}),
		"createPartitions": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			return nil, admin.CreatePartitions(args.Topic, args.Count, nil, false)
		}),
		"deleteTopic": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			return nil, admin.DeleteTopic(args.Topic)
		}),
		"describeCluster": administer(func(admin sarama.ClusterAdmin, _ loop.Args) (any, error) {
			brokers, _, err := admin.DescribeCluster()
			return map[string]any{"clusterId": nil, "brokers": len(brokers)}, err
		}),
		"describeConfigs": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: args.Topic})
			values := map[string]string{}
			for _, entry := range entries {
				values[entry.Name] = entry.Value
			}
			return values, err
		}),
		"alterConfigs": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			entries := map[string]sarama.IncrementalAlterConfigsEntry{}
			for name, value := range args.Configs {
				entries[name] = sarama.IncrementalAlterConfigsEntry{
					Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value,
				}
			}
			return nil, admin.IncrementalAlterConfig(sarama.TopicResource, args.Topic, entries, false)
		}),
		"deleteRecords": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			return nil, admin.DeleteRecords(args.Topic, map[int32]int64{args.Partition: args.Offset})
		}),
		"listOffset": func(args loop.Args) (any, error) {
			wanted := sarama.OffsetNewest
			if at, isTime := args.At.(float64); isTime {
				wanted = int64(at)
			} else if args.At == "earliest" {
				wanted = sarama.OffsetOldest
			}
			client, err := sarama.NewClient(bootstrap, config())
			if err != nil {
				return nil, err
			}
			defer client.Close()
			return client.GetOffset(args.Topic, args.Partition, wanted)
		},

		"listGroups": administer(func(admin sarama.ClusterAdmin, _ loop.Args) (any, error) {
			groups, err := admin.ListConsumerGroups()
			names := []string{}
			for name := range groups {
				names = append(names, name)
			}
			return names, err
		}),
		"describeGroup": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			groups, err := admin.DescribeConsumerGroups([]string{args.Group})
			if err != nil {
				return nil, err
			}
			return map[string]any{"state": groups[0].State, "members": len(groups[0].Members)}, nil
		}),
		"committed": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			response, err := admin.ListConsumerGroupOffsets(args.Group, nil)
			if err != nil {
				return nil, err
			}
			offsets := map[int32]int64{}
			for partition, block := range response.Blocks[args.Topic] {
				offsets[partition] = block.Offset
			}
			return offsets, nil
		}),
		"deleteGroup": administer(func(admin sarama.ClusterAdmin, args loop.Args) (any, error) {
			return nil, admin.DeleteConsumerGroup(args.Group)
		}),

		"produce": func(args loop.Args) (any, error) { return nil, produce(args) },
		"transactWithOffset": func(args loop.Args) (any, error) {
			if senders[args.Producer] == nil {
				made, err := newSender(args)
				if err != nil {
					return nil, err
				}
				senders[args.Producer] = made
			}
			return nil, transactWithOffset(senders[args.Producer], args)
		},

		"transact": func(args loop.Args) (any, error) { return nil, transact(transactional, args) },
		"endTransaction": func(args loop.Args) (any, error) {
			return nil, end(transactional[args.Producer], args.Commit)
		},

		"open": func(args loop.Args) (any, error) {
			opened, err := open(args.Group, args.Topic, args.Isolation)
			members[args.Consumer] = opened
			return nil, err
		},
		"poll": func(args loop.Args) (any, error) {
			return members[args.Consumer].poll(args.Max, time.Duration(args.WaitMs)*time.Millisecond), nil
		},
		"assignment": func(args loop.Args) (any, error) {
			asked := members[args.Consumer]
			asked.mutex.Lock()
			defer asked.mutex.Unlock()
			return append([]int32{}, asked.assigned...), nil
		},
		"seek": func(args loop.Args) (any, error) {
			return nil, members[args.Consumer].seek(args.Topic, args.Partition, args.Offset)
		},
		"commit": func(args loop.Args) (any, error) {
			asked := members[args.Consumer]
			asked.mutex.Lock()
			session := asked.session
			asked.mutex.Unlock()
			if session == nil {
				return nil, errors.New("the member is between two generations")
			}
			session.MarkOffset(args.Topic, args.Partition, args.Offset, "")
			session.Commit()
			return nil, nil
		},
		"close": func(args loop.Args) (any, error) {
			closing := members[args.Consumer]
			delete(members, args.Consumer)
			return nil, closing.close()
		},

		"join": func(args loop.Args) (any, error) {
			joining, err := join(args, log)
			joined[args.Member] = joining
			return nil, err
		},
		"leave": func(args loop.Args) (any, error) {
			err := joined[args.Member].leave()
			delete(joined, args.Member)
			return nil, err
		},
		"work": func(loop.Args) (any, error) { return log.Take(), nil },
	})
}
