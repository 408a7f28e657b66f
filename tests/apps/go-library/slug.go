// Package slug makes labels of titles.
package slug

import "strings"

// Of is the label.
func Of(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }
