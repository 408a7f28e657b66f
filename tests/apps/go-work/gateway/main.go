package main

import (
	"fmt"
	"net/http"

	"example.invalid/clock"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ready") })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, clock.Now()) })
	http.ListenAndServe("0.0.0.0:8085", mux)
}
