package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", "/tmp/notes.db")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS hits (at TEXT)"); err != nil {
		log.Fatal(err)
	}
	srv := http.Server{Addr: ":8090"}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		var count int
		db.Exec("INSERT INTO hits VALUES (datetime('now'))")
		db.QueryRow("SELECT count(*) FROM hits").Scan(&count)
		fmt.Fprintln(w, "hits:", count)
	})
	log.Fatal(srv.ListenAndServe())
}
