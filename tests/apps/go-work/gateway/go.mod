module example.invalid/gateway

go 1.24

require example.invalid/clock v0.0.0
