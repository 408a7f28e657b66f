package main

import (
	"fmt"
	"log"

	"github.com/labstack/echo/v4"

	"example.invalid/orders/internal/api"
	"example.invalid/orders/internal/config"
)

func main() {
	cfg, err := config.Load()
	if err != nil {
		log.Fatal(err)
	}
	e := echo.New()
	api.Register(e)
	e.Logger.Fatal(e.Start(fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)))
}
