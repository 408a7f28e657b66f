port 5050
