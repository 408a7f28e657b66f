package clock

import "time"

// Now is the time as text.
func Now() string { return time.Now().UTC().Format(time.RFC3339) }
