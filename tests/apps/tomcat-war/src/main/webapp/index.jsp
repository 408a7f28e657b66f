<html><body><h1>Guestbook</h1></body></html>
