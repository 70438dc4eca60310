// Starts an image through the Kafka module of Testcontainers for Go, produces and consumes with Sarama, and prints what
// was consumed. Usage: start-kafka IMAGE
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/IBM/sarama"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/kafka"
)

const (
	topic     = "orders"
	clusterID = "4L6g3nShT-eMCtK--X86sw"
	records   = 10
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(image string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	container, err := kafka.Run(ctx, image, kafka.WithClusterID(clusterID))
	defer func() {
		if stopped := testcontainers.TerminateContainer(container, testcontainers.StopTimeout(0)); err == nil {
			err = stopped
		}
	}()
	if err != nil {
		return err
	}
	brokers, err := container.Brokers(ctx)
	if err != nil {
		return err
	}
	if err := produce(brokers); err != nil {
		return err
	}
	values, err := consume(ctx, brokers)
	if err != nil {
		return err
	}
	fmt.Println("kafka.Run", strings.Join(values, ","))
	return nil
}

func produce(brokers []string) error {
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer(brokers, config)
	if err != nil {
		return err
	}
	defer producer.Close()
	for i := range records {
		value := sarama.StringEncoder(fmt.Sprintf("value-%d", i))
		if _, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: topic, Value: value}); err != nil {
			return err
		}
	}
	return nil
}

func consume(ctx context.Context, brokers []string) ([]string, error) {
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	group, err := sarama.NewConsumerGroup(brokers, "readers", config)
	if err != nil {
		return nil, err
	}
	defer group.Close()
	reader := &reader{}
	ctx, reader.enough = context.WithCancel(ctx)
	if err := group.Consume(ctx, []string{topic}, reader); err != nil && len(reader.values) < records {
		return nil, err
	}
	return reader.values, nil
}

type reader struct {
	values []string
	enough context.CancelFunc
}

func (r *reader) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (r *reader) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (r *reader) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		r.values = append(r.values, string(message.Value))
		session.MarkMessage(message, "")
		if len(r.values) == records {
			r.enough()
		}
	}
	return nil
}
