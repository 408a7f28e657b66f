package settings

import (
	"cmp"
	"os"
)

// APIAddress is where the API listens.
func APIAddress() string { return ":" + cmp.Or(os.Getenv("API_PORT"), "8800") }
