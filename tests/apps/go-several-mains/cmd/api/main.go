package main

import (
	"log"
	"net/http"

	"github.com/gorilla/mux"

	"example.invalid/platform/internal/settings"
)

func main() {
	r := mux.NewRouter()
	r.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) }).Methods("GET")
	r.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("api")) })
	log.Fatal(http.ListenAndServe(settings.APIAddress(), r))
}
