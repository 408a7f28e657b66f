module example.invalid/mailer

go 1.25
