package main

import (
	"flag"
	"fmt"

	"example.invalid/report/internal/sum"
)

func main() {
	count := flag.Int("count", 3, "how many lines")
	flag.Parse()
	fmt.Println("sum:", sum.Of(*count))
}
