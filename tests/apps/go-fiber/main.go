package main

import (
	"flag"
	"log"

	"github.com/gofiber/fiber/v2"
)

var addr = flag.String("addr", "127.0.0.1:3000", "where to listen")

func main() {
	flag.Parse()
	app := fiber.New()
	app.Get("/livez", func(c *fiber.Ctx) error { return c.SendString("ok") })
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("hello from fiber") })
	log.Fatal(app.Listen(*addr))
}
