package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "go-unsupported") })
	_ = http.ListenAndServe(":8080", nil)
}
