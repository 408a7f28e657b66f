package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Register adds the routes.
func Register(e *echo.Echo) {
	v1 := e.Group("/api/v1")
	v1.GET("/health", func(c echo.Context) error { return c.String(http.StatusOK, "ok") })
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "orders") })
}
