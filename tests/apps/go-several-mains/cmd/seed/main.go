package main

func main() { println("seeded") }
