package main

import (
	"fmt"
	"time"

	"example.invalid/clock"
)

func main() {
	for {
		fmt.Println("consumed at", clock.Now())
		time.Sleep(5 * time.Second)
	}
}
