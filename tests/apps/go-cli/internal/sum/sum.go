package sum

// Of is the sum of the numbers up to n.
func Of(n int) int { return n * (n + 1) / 2 }
