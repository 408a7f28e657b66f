module example.invalid/report

go 1.20
