<!doctype html>
<title>hello</title>
<p><?= htmlspecialchars(getenv("WHOM") ?: "world") ?></p>
