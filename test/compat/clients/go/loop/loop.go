// Package loop is the main loop of an agent written in Go; ../../commands.ts says what the commands mean.
package loop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Args holds the arguments of every command; encoding/json reads and writes byte slices as base64.
type Args struct {
	Topic       string            `json:"topic"`
	Group       string            `json:"group"`
	Consumer    string            `json:"consumer"`
	Partition   int32             `json:"partition"`
	Partitions  int32             `json:"partitions"`
	Count       int32             `json:"count"`
	Offset      int64             `json:"offset"`
	At          any               `json:"at"`
	Configs     map[string]string `json:"configs"`
	Compression string            `json:"compression"`
	Acks        int               `json:"acks"`
	Idempotent  bool              `json:"idempotent"`
	Records     []Record          `json:"records"`
	Max         int               `json:"max"`
	WaitMs      int               `json:"waitMs"`
	Member      string            `json:"member"`
	Protocol    string            `json:"protocol"`
	Assignor    string            `json:"assignor"`
	InstanceID  string            `json:"instanceId"`
	Producer    string            `json:"producer"`
	// Of a transaction.
	TransactionalID string       `json:"transactionalId"`
	Outcome         string       `json:"outcome"`
	SentOffset      *GroupOffset `json:"sentOffset"`
	Isolation       string       `json:"isolation"`
	TimeoutMs       int          `json:"timeoutMs"`
	Values          []string     `json:"values"`
	End             string       `json:"end"`
	Commit          bool         `json:"commit"`
}

// GroupOffset is where a group goes on from in the first partition.
type GroupOffset struct {
	Group  string `json:"group"`
	Offset int64  `json:"offset"`
}

type Record struct {
	Partition *int32   `json:"partition,omitempty"`
	Offset    int64    `json:"offset"`
	Key       []byte   `json:"key"`
	Value     []byte   `json:"value"`
	Headers   []Header `json:"headers"`
}

// Header is written as a pair.
type Header struct {
	Name  string
	Value []byte
}

func (h Header) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{h.Name, h.Value})
}

func (h *Header) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&h.Name, &h.Value})
}

type Handler func(Args) (any, error)

type command struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Args Args   `json:"args"`
}

type answer struct {
	ID     int    `json:"id"`
	Result any    `json:"result"`
	Error  string `json:"error,omitempty"`
}

// Serve carries out commands until standard input ends.
func Serve(handlers map[string]Handler) {
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked command
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		told := answer{ID: asked.ID}
		if handler, has := handlers[asked.Name]; !has {
			told.Error = "the client has no " + asked.Name
		} else if told.Result, err = handler(asked.Args); err != nil {
			told.Error = err.Error()
		}
		text, err := json.Marshal(told)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text))
	}
}
