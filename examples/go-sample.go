// The program that go.yaml traces: it charges a cart once a second, and fails every third time.
package main

import (
	"fmt"
	"time"
)

type Cart struct{ total int }

// The compiler may not inline it, so the calls stay calls.
//
//go:noinline
func (c *Cart) Charge(customer string, cents int) (int, error) {
	if cents%3 == 0 {
		return 0, fmt.Errorf("no money left for %s", customer)
	}
	c.total += cents
	return c.total, nil
}

func main() {
	cart := &Cart{}
	for cents := 1; ; cents++ {
		total, err := cart.Charge("acme", cents)
		fmt.Println(total, err)
		time.Sleep(time.Second)
	}
}
