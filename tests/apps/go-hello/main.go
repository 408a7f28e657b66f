// Hello answers over plain net/http.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

// http.ListenAndServe(":1", nil) in a comment says nothing.
const usage = `http.ListenAndServe(":2", nil)`

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8081"
	}
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello from go") })
	log.Printf("listening on %s", port)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
