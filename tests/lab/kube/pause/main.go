// pause is the process that holds a pod's namespaces: it sleeps, reaps what the pod leaves behind, and ends when told.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	told := make(chan os.Signal, 1)
	left := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGINT, syscall.SIGTERM)
	signal.Notify(left, syscall.SIGCHLD)
	for {
		select {
		case <-told:
			return
		case <-left:
			for pid := 1; pid > 0; {
				pid, _ = syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			}
		}
	}
}
