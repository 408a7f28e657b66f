package config

import "github.com/caarlos0/env/v11"

// Config is read from the environment.
type Config struct {
	Host     string `env:"HOST" envDefault:"0.0.0.0"`
	Port     int    `env:"HTTP_PORT" envDefault:"7070"`
	Currency string `env:"CURRENCY,required"`
	RedisURL string `env:"REDIS_URL" envDefault:"redis://localhost:6379"`
}

// Load reads it.
func Load() (Config, error) { return env.ParseAs[Config]() }
